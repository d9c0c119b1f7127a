"""The wanted profit falls by steps with the age of a lot, down to no profit at all, and never below the cost.

A step sets the most that is asked for from an age on, in percent of the cost. It holds for all parts of a ladder, and
takes the place of the least profit in quote.
"""

from decimal import Decimal

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ZERO, total
from lotkeeper.trading.policy import AgeStep, ExitPolicy, Rung
from lotkeeper.trading.replacing import replace


def policy_at_age(policy: ExitPolicy, lot: Lot, now_ms: int) -> ExitPolicy:
    """How the lot is sold at this moment (ms): the same policy until the first step."""
    step = reached_step(policy, lot, now_ms)
    if step is None:
        return policy
    most = step.net_profit_pct
    return replace(
        policy,
        net_profit_pct=min(policy.net_profit_pct, most),
        min_net_profit=ZERO,
        ladder=_at_most(policy.ladder, most),
    )


def reached_step(policy: ExitPolicy, lot: Lot, now_ms: int) -> AgeStep | None:
    """The last step that the lot is old enough for; None before the first, and for a lot without a fill."""
    age_ms = now_ms - lot.opened_ms if lot.buys else 0
    return next((step for step in reversed(policy.age) if age_ms >= step.after_ms), None)


def _at_most(ladder: tuple[Rung, ...], most: Decimal) -> tuple[Rung, ...]:
    """The ladder with no part above this net profit (percent): those that were become one part."""
    below = tuple(rung for rung in ladder if rung.net_profit_pct < most)
    others = total(rung.share_pct for rung in ladder if rung.net_profit_pct >= most)
    return (*below, Rung(others, most)) if others else below
