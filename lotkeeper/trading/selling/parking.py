"""Why a lot is parked and when it is looked at again: after a SELL that ended unfilled, after a filter's refusal."""

from collections.abc import Sequence
from datetime import UTC, datetime

from lotkeeper.trading.filters.amounts import PriceFilter, TPlusSell
from lotkeeper.trading.filters.base import FilterRefusal
from lotkeeper.trading.lots.attempts import attempted_ms, newest_attempt, setbacks
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import plain
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.selling.decisions import Park, ParkCause, Situation

# How soon to look again at what changes without an event of the exchange: a reference price, a balance.
LOOK_AGAIN_MS = 30_000
_RETRY_FIRST_MS = 1_000
_RETRY_MAX_MS = 300_000
_RETRY_DOUBLED = 9  # times at most: then the wait is as long as it gets


def retry_at(lot: Lot, now: Situation) -> int:
    """When the next SELL may be tried (ms): at once (0), or later with each SELL in a row that sold nothing.

    One that was refused with a stop is tried at once without it. A person who has resumed the pair since has it tried
    at once, too. An attempt that seems to be in the future was made
    before the clock of the machine was set back: it counts as made when the keeper began.
    """
    if not lot.orders:
        return 0
    newest, times = newest_attempt(lot), setbacks(lot)
    if newest is None or times == 0 or (times == 1 and newest.state is OrderState.EXPIRED):
        return 0
    if times == 1 and newest.stop is not None:
        return 0
    tried_ms = attempted_ms(newest)
    tried_ms = tried_ms if tried_ms <= now.now_ms else min(tried_ms, now.begun_ms)
    if tried_ms < now.resumed_ms:
        return 0
    return tried_ms + min(_RETRY_FIRST_MS << min(times - 1, _RETRY_DOUBLED), _RETRY_MAX_MS)


def park_for(refusals: Sequence[FilterRefusal], lot: Lot, look_again_ms: int) -> Park:
    """Parks the lot for the first refusal; if the market can change it, until `look_again_ms`."""
    refusal = refusals[0]
    value, nearest = plain(refusal.value), "none" if refusal.nearest is None else plain(refusal.nearest)
    if refusal.of == "notional":
        text = f"worth {value} {lot.quote}, below the smallest order of {nearest} ({refusal.filter})"
        return Park(ParkCause.TOO_SMALL, text)
    if refusal.of == "price":
        again_ms = None if refusal.filter == PriceFilter.name else look_again_ms
        return Park(ParkCause.PRICE, _price_text(refusal), again_ms)
    if refusal.filter == TPlusSell.name and refusal.nearest is not None:
        return _park_until(int(refusal.nearest))
    return Park(ParkCause.REFUSED, str(refusal), look_again_ms)


def _price_text(refusal: FilterRefusal) -> str:
    value = plain(refusal.value)
    if refusal.nearest is None:
        return f"the floor is {value}, and the exchange allows no price now ({refusal.filter})"
    return f"the floor {value} is above the highest price allowed, {plain(refusal.nearest)} ({refusal.filter})"


def _park_until(end_ms: int) -> Park:
    """Until the end of a restriction, which may be any number that the exchange sends."""
    try:
        moment = datetime.fromtimestamp(end_ms / 1000, UTC).isoformat(timespec="seconds")
    except (OverflowError, ValueError, OSError):
        moment = f"{end_ms} ms"
    return Park(ParkCause.RESTRICTED, f"what was bought may not be sold before {moment} ({TPlusSell.name})", end_ms)
