"""Lots that stand without the stop that they are to have, because the exchange does not take it.

Mostly its price band is in the way: it takes no order whose limit is too far below the market's average price.
"""

from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.lots.attempts import attempted_ms
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.policy import ExitPolicy, Market
from lotkeeper.trading.selling.break_even import has_break_even
from lotkeeper.trading.selling.decisions import Situation
from lotkeeper.trading.selling.stop_loss import NoStop, NoStopCause, asks_for_stop, possible_stop

_REFUSED = frozenset({NoStopCause.FILTER, NoStopCause.REFUSED})
_BRIEF_MS = 60_000  # so long a stop at break-even may be refused: it is tried again within seconds
_NO_STOP = "no stop: "


@dataclass(frozen=True, slots=True)
class RefusedStop:
    """The SELL of a lot has no stop, because the exchange does not take it."""

    lot: str
    quantity: Decimal  # base; without a stop
    since_ms: int  # wall clock; the refusal that is known, or when the SELL was sent without it
    why: str  # for people; with the nearest price that is allowed, where the reference price is known
    is_brief: bool  # it is tried again within seconds, and is hardly refused for long

    def needs_a_person(self, now_ms: int) -> bool:
        return not self.is_brief or now_ms - self.since_ms >= _BRIEF_MS


def refused_stop_of(
    lot: Lot, market: Market, policy: ExitPolicy, now_ms: int, reference_price: Decimal | None
) -> RefusedStop | None:
    """None where the lot has its stop, is to have none, or lacks it for another reason.

    `reference_price` (quote) is what the exchange measures prices of orders by, if it is known.
    """
    bare = _bare_sell(lot) if asks_for_stop(lot, policy) else None
    if bare is None:
        return None
    found = possible_stop(bare, lot, market, policy, Situation(now_ms, reference_price=reference_price))
    if not isinstance(found, NoStop) or found.cause not in _REFUSED:
        return None
    tried = [each for each in lot.orders if each.stop is not None and each.state is OrderState.REFUSED]
    since_ms = attempted_ms(tried[0]) if tried else bare.sent_ms
    is_brief = bool(tried) and has_break_even(tried[-1])
    return RefusedStop(lot.lot_id, bare.open_quantity, since_ms, _once(found.why), is_brief)


def _bare_sell(lot: Lot) -> SellOrder | None:
    """The SELL on the book that could have a stop and has none."""
    standing = (each for each in reversed(lot.orders) if each.is_cancelable and each.stop is None)
    return next((each for each in standing if not each.was_found and not each.name.is_instructed), None)


def _once(why: str) -> str:
    """The reason of a lot may say already that it has no stop."""
    return why.removeprefix(_NO_STOP).removeprefix(_NO_STOP)
