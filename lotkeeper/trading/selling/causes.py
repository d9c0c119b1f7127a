"""Why a SELL is placed: which part of the exit sets its price, for the journal of decisions."""

from lotkeeper.trading.journal import Cause
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.policy import ExitPolicy
from lotkeeper.trading.selling.age import reached_step
from lotkeeper.trading.selling.decisions import PlaceSell


def cause_of(sell: PlaceSell, lot: Lot, policy: ExitPolicy, now_ms: int, *, is_grouped: bool) -> Cause:
    """The most particular of them; `is_grouped`: the group wants a price of the lot now."""
    if sell.name.is_instructed:
        return Cause.INSTRUCTION
    if sell.trail is not None:
        return Cause.TRAILING
    if is_grouped:
        return Cause.GROUP
    if policy.age and reached_step(policy, lot, now_ms) is not None:
        return Cause.AGE
    return Cause.LADDER if policy.ladder else Cause.TARGET
