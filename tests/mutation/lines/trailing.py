"""SELLs that follow the price, and SELLs whose price changes with age or configuration."""

from tests.mutation.mutant import Mutant

MUTANTS = (
    # trailing.py, trailing_slots.py: a part that follows the price
    Mutant("selling/trailing.py", "it follows from its floor on", "less(BIPS, Decimal(bips))), tick)", "BIPS), tick)"),
    Mutant(
        "selling/trailing.py",
        "its stop price is cut",
        "return ratio_ceil_to(Ratio(product(floor",
        "return ratio_floor_to(Ratio(product(floor",
    ),
    Mutant(
        "selling/trailing.py",
        "it follows before its BUY has ended",
        "not lot.buy_ended or following_sell",
        "following_sell",
    ),
    Mutant("selling/trailing.py", "two of a lot follow", " or following_sell(lot) is not None or", " or"),
    Mutant(
        "selling/trailing.py",
        "the share is a fraction",
        "policy.trailing_share_pct, _PERCENT)",
        "policy.trailing_share_pct)",
    ),
    Mutant(
        "selling/trailing.py",
        "what followed and was sold is not counted",
        "return max(less(share, sold), ZERO)",
        "return share",
    ),
    Mutant("selling/trailing.py", "a part is placed beside its LIMIT", "wanted > rest and any(", "False and any("),
    Mutant(
        "selling/trailing.py",
        "a rest too small for an order is left",
        "or is_enough(others) else whole",
        "or True else whole",
    ),
    Mutant(
        "selling/trailing.py",
        "the smaller takes the larger",
        "whole if part >= others and",
        "whole if part < others and",
    ),
    Mutant(
        "selling/trailing.py", "a filter of it is not asked", "return None if is_refused or not", "return None if not"
    ),
    Mutant(
        "selling/trailing.py",
        "the pair may forbid it",
        "if is_refused or not market.pair.allows_trailing else",
        "if is_refused else",
    ),
    Mutant(
        "selling/trailing.py",
        "a reached stop price is asked for again",
        "is_at_once = now.trail_start is",
        "is_at_once = None is",
    ),
    Mutant("selling/trailing.py", "the smallest LIMIT is cancelled first", "reverse=True", "reverse=False"),
    Mutant("selling/trailing.py", "every LIMIT is cancelled", "        if freed >= wanted:\n            break\n", ""),
    Mutant(
        "selling/trailing_slots.py",
        "the trader's orders take no slots",
        "max(policy.free_algo_slots, book.other_orders.algo_count)",
        "policy.free_algo_slots",
    ),
    Mutant(
        "selling/trailing_slots.py",
        "no slots are left to the trader",
        "max(policy.free_algo_slots, book.other_orders.algo_count)",
        "book.other_orders.algo_count",
    ),
    Mutant(
        "selling/trailing_slots.py",
        "a farther lot takes the slot of a nearer",
        "if free <= 0 or price >= sell.price",
        "if True",
    ),
    Mutant(
        "selling/trailing_slots.py",
        "slots are taken from each other in turn",
        "if less(farthest.price, price) < product(price, WORTH_IT):",
        "if farthest.price <= price:",
    ),
    Mutant(
        "selling/trailing_slots.py",
        "the nearest gives up its slot",
        "book.lots.index.trails.descending()",
        "reversed(list(book.lots.index.trails.descending()))",
    ),
    Mutant(
        "selling/trailing_slots.py",
        "all slots are given up at once",
        "order is None or order.state is OrderState.CANCELING",
        "order is None",
    ),
    Mutant(
        "selling/trailing_slots.py",
        "a refused lot holds up the others",
        "if start is not TrailStart.NOT_NOW and is_to_trail",
        "if is_to_trail",
    ),
    Mutant(
        "lots/attempts.py",
        "a refused trail is a setback",
        "order.trail is not None and order.state is OrderState.REFUSED",
        "False",
    ),
    Mutant(
        "orders/order.py",
        "what the exchange says it is does not count",
        "OrderEvent.REFUSED else report.trail",
        "OrderEvent.REFUSED else order.trail",
    ),
    Mutant(
        "selling/ladder.py",
        "what follows is sold with the rest",
        "return order.trail is None and not order.name",
        "return not order.name",
    ),
    Mutant("selling/age.py", "a step comes too soon", "if age_ms >= step.after_ms", "if age_ms >= step.after_ms // 2"),
    Mutant("selling/age.py", "the first step holds for ever", "in reversed(policy.age)", "in policy.age"),
    Mutant("selling/age.py", "a step asks for more", "min(policy.net_profit_pct, most)", "most"),
    Mutant("selling/age.py", "the least profit stays", "min_net_profit=ZERO,", "min_net_profit=policy.min_net_profit,"),
    Mutant(
        "selling/age.py", "a part stays above the step", "ladder=_at_most(policy.ladder, most)", "ladder=policy.ladder"
    ),
    Mutant(
        "selling/age.py",
        "a part at the step counts twice",
        "if rung.net_profit_pct < most)",
        "if rung.net_profit_pct <= most)",
    ),
    Mutant(
        "selling/age.py",
        "a part at the step is lost",
        "if rung.net_profit_pct >= most)",
        "if rung.net_profit_pct > most)",
    ),
    Mutant(
        "selling/age.py",
        "a lot without a fill is old",
        "now_ms - lot.opened_ms if lot.buys else 0",
        "now_ms - lot.opened_ms",
    ),
    Mutant(
        "selling/changed_terms.py",
        "the highest price is replaced first",
        "key=lambda each: each.price)",
        "key=lambda each: -each.price)",
    ),
    Mutant(
        "selling/changed_terms.py",
        "any other price is worth it",
        "copy_abs() >= product(before, WORTH_IT)",
        "copy_abs() > ZERO",
    ),
    Mutant(
        "selling/changed_terms.py",
        "all parts want the profit of the first",
        "policy.ladder[part_of(order, market, policy)]",
        "policy.ladder[0]",
    ),
    Mutant(
        "selling/changed_terms.py",
        "the least profit in quote counts for each SELL",
        "replace(own, min_net_profit=ZERO) if own.min_net_profit else own",
        "own",
    ),
    Mutant(
        "selling/changed_terms.py",
        "any other profit is another one",
        "return gap >= product(total((order.cost, profit)), WORTH_IT)",
        "return gap != ZERO",
    ),
    Mutant(
        "selling/changed_terms.py",
        "a SELL that was found is placed again",
        "if profit is None:\n        return False",
        "if profit is None:\n        return True",
    ),
    Mutant(
        "selling/changed_terms.py",
        "a SELL asks for too little for ever",
        "more if policy.min_net_profit else more.copy_abs()",
        "more.copy_negate()",
    ),
    Mutant(
        "selling/decide.py",
        "a SELL is cancelled that cannot be placed again",
        "if not isinstance(step, PlaceSell):\n            continue\n        if is_worth_it(order.price, step.price) or",
        "if True or",
    ),
    Mutant(
        "selling/decide.py",
        "all SELLs of a lot are cancelled before one is placed again",
        "replaced = () if is_next else",
        "replaced = () if False else",
    ),
)
