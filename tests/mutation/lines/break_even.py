"""The stop at break-even."""

from tests.mutation.mutant import Mutant

MUTANTS = (
    Mutant(
        "selling/break_even.py",
        "the limit is the trigger",
        "less(_WHOLE, policy.break_even_limit_pct)), _WHOLE)",
        "_WHOLE), _WHOLE)",
    ),
    Mutant(
        "selling/break_even.py", "the limit is cut", "ratio_ceil_to(least, tick))", "ratio_ceil_to(least, tick) - tick)"
    ),
    Mutant(
        "selling/break_even.py",
        "the sell fee is forgotten",
        "RequiredProceeds(Ratio(cost)), quantity, sell_rate,",
        "RequiredProceeds(Ratio(cost)), quantity, Decimal(0),",
    ),
    Mutant("selling/break_even.py", "armed at the cost", "total((_WHOLE, policy.break_even_gain_pct))", "_WHOLE"),
    Mutant("selling/break_even.py", "armed at the stop", "max(asked, total((trigger, tick)))", "asked"),
    Mutant(
        "selling/break_even.py",
        "with the database it is forgotten",
        " or any(_was_found_with_stop(order, lot) for order in lot.orders)",
        "",
    ),
    Mutant("selling/break_even.py", "a stop loss arms", "product(prices.trigger, lot.stock) >= lot.stock_cost", "True"),
    Mutant(
        "selling/break_even.py", "placed whatever the bid", "if now.bid is not None and now.bid > trigger:", "if True:"
    ),
    Mutant("selling/break_even.py", "placed at the bid itself", "now.bid > trigger", "now.bid >= trigger"),
    Mutant("selling/break_even.py", "an ended stop still stands", "held.state in _STOOD and has", "has"),
    Mutant(
        "selling/stop_loss.py",
        "a stop before it is armed",
        "(policy.break_even_gain_pct and is_armed(lot))",
        "policy.break_even_gain_pct",
    ),
    Mutant(
        "selling/stop_loss.py",
        "no stop loss while break-even cannot stand",
        "(risen is None or _prevented(risen, sell, lot, now) is not None)",
        "risen is None",
    ),
    Mutant(
        "selling/stop_loss.py",
        "a stop at its target",
        "return found if found.trigger < sell.price else None",
        "return found",
    ),
    Mutant("selling/stop_loss.py", "refusals count for both", "if has_break_even(order) is at_break_even]", "]"),
    Mutant("selling/stop_loss.py", "a stop that stands is waited for", " and not has_break_even(order))", ")"),
    Mutant(
        "selling/stop_loss.py",
        "the bid at the stop is enough",
        "total((each.trigger, market.pair.tick))",
        "each.trigger",
    ),
    Mutant(
        "selling/stop_loss.py",
        "a lot below its stop keeps the slot",
        "risen is not None and _prevented(risen, order, lot, now) is None",
        "risen is not None",
    ),
    Mutant(
        "selling/parking.py",
        "after a refused stop the LIMIT waits",
        "if times == 1 and newest.stop is not None:",
        "if False:",
    ),
)
