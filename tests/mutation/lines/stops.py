"""A target and a stop for the same coins: where the stop stands, and who has one."""

from tests.mutation.mutant import Mutant

MUTANTS = (
    # stop_leg.py, order.py: a target and a stop for the same coins
    Mutant("orders/stop_leg.py", "the end of one order ends both", "if has_leg_sold or (", "if True or ("),
    Mutant(
        "orders/stop_leg.py", "both have ended and it stands", "(stop.has_ended and stop.target_has_ended)", "False"
    ),
    Mutant("orders/stop_leg.py", "the other order may still sell", "of_stop=not by_stop)", "of_stop=by_stop)"),
    Mutant(
        "orders/order.py",
        "a stop sells the coins twice",
        "before = stop.executed if by_stop",
        "before = ZERO if by_stop",
    ),
    Mutant(
        "orders/order.py", "the target sells the coins twice", "else less(order.executed, stop.executed)", "else ZERO"
    ),
    Mutant(
        "orders/order.py",
        "a triggered stop is cancelled",
        "self.standing_id is not None and not is_selling",
        "self.standing_id is not None",
    ),
    Mutant(
        "book/rebuild.py",
        "a stop that was found is one order",
        "(report.is_stop or report.list_id is not None)",
        "False",
    ),
    # stop_loss.py, stop_slots.py: where a stop stands, and who has one
    Mutant(
        "selling/stop_loss.py",
        "a stop above the cost",
        "less(_WHOLE, policy.stop_loss_pct)",
        "_WHOLE + policy.stop_loss_pct",
    ),
    Mutant(
        "selling/stop_loss.py",
        "the limit is the trigger",
        "less(_WHOLE, policy.stop_limit_pct)), _WHOLE)",
        "_WHOLE), _WHOLE)",
    ),
    Mutant(
        "selling/stop_loss.py",
        "a refused stop is tried at once",
        "if tried_again_ms(lot, at_break_even=is_risen) > now.now_ms:",
        "if False:",
    ),
    Mutant("selling/stop_loss.py", "the waits do not grow", "min(len(refused) - 1, _AGAIN_DOUBLED)", "0"),
    Mutant(
        "selling/stop_loss.py",
        "what was found is placed again",
        "order.is_cancelable and not order.was_found and",
        "order.is_cancelable and",
    ),
    Mutant("selling/stop_loss.py", "the pair takes no lists", "if not pair.takes_lists:", "if False:"),
    Mutant("selling/stop_slots.py", "a stop for each lot", "if room > 0:", "if True:"),
    Mutant("selling/stop_slots.py", "stops go back and forth", "*_between(book, now, buy_order_id)", "*()"),
    Mutant("selling/stop_slots.py", "one order slot is enough", "[free - 1]", "[free]"),
    Mutant("selling/stop_slots.py", "a stop moves for nothing", "product(lowest.price, WORTH_IT)", "ZERO"),
)
