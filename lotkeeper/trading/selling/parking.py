"""A filter's refusal in the words of the one who waits for it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from lotkeeper.trading.filters.base import Refusal
from lotkeeper.trading.filters.prices import PriceFilter
from lotkeeper.trading.filters.times import TPlusSell
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import plain
from lotkeeper.trading.selling.decisions import Cause, Park


def parked(refusals: Sequence[Refusal], lot: Lot, look_again_ms: int) -> Park:
    """The lot is parked for the first refusal; what the market changes is looked at again at `look_again_ms`."""
    refusal = refusals[0]
    value, nearest = plain(refusal.value), "none" if refusal.nearest is None else plain(refusal.nearest)
    if refusal.of == "notional":
        text = f"worth {value} {lot.quote}, below the smallest order of {nearest} ({refusal.filter})"
        return Park(Cause.TOO_SMALL, text)
    if refusal.of == "price":
        text = f"the floor {value} is above the highest price allowed, {nearest} ({refusal.filter})"
        return Park(Cause.PRICE, text, None if refusal.filter == PriceFilter.name else look_again_ms)
    if refusal.filter == TPlusSell.name and refusal.nearest is not None:
        return _restricted(int(refusal.nearest))
    return Park(Cause.REFUSED, str(refusal), look_again_ms)


def _restricted(end_ms: int) -> Park:
    """The exchange's end of the restriction may be any number."""
    try:
        moment = datetime.fromtimestamp(end_ms / 1000, UTC).isoformat(timespec="seconds")
    except (OverflowError, ValueError, OSError):
        moment = f"{end_ms} ms"
    return Park(Cause.RESTRICTED, f"what was bought may not be sold before {moment} ({TPlusSell.name})", end_ms)
