"""What of a lot stands in no SELL on the exchange's book, for whatever reason, and what a person can do about it."""

from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.lots.attempts import newest_attempt, setbacks
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import HoldReason, LotState
from lotkeeper.trading.money import ONE, ZERO, floor_to, product, total
from lotkeeper.trading.orders.states import IN_FLIGHT, OrderState
from lotkeeper.trading.policy import ExitPolicy, Market, OnPartial
from lotkeeper.trading.selling.decisions import Situation
from lotkeeper.trading.selling.next_sell import next_sell

# A person keeps the lot from being sold, and knows it.
_BY_A_PERSON = frozenset({HoldReason.RELEASING, HoldReason.CANCELLED_BY_HAND, HoldReason.AMENDED_BY_HAND})


@dataclass(frozen=True, slots=True)
class WhyUncovered:
    """For people."""

    reason: str
    command: str  # what shows more of it, or ends it


def uncovered_quantity(lot: Lot, market: Market, policy: ExitPolicy) -> Decimal:
    """The quantity (base) that is enough for an order and is not known to stand in a SELL on the book.

    A SELL without an answer does not count as one that stands. Not counted: what a person holds back, and a BUY whose
    end the configuration waits for (`on_partial: complete`).
    """
    is_waiting = policy.on_partial is OnPartial.COMPLETE and not lot.buy_ended
    if lot.state is LotState.CLOSED or lot.hold in _BY_A_PERSON or is_waiting:
        return ZERO
    in_flight = total(order.open_quantity for order in lot.orders if order.state in IN_FLIGHT)
    pair, quantity = market.pair, floor_to(total((max(lot.remainder, ZERO), in_flight)), market.pair.step)
    if quantity < pair.min_quantity or quantity <= 0:
        return ZERO
    return quantity if in_flight or _is_worth_an_order(lot, market, policy, quantity) else ZERO


def why_uncovered(lot: Lot) -> WhyUncovered:
    """Of a lot with an uncovered quantity."""
    unanswered = next((order for order in lot.orders if order.state in IN_FLIGHT), None)
    if unanswered is not None:
        reason = f"nobody knows what became of SELL {unanswered.client_id}"
        return WhyUncovered(reason, f"lotkeeper resolve {unanswered.client_id}")
    if lot.hold is HoldReason.PERHAPS_SOLD:
        return WhyUncovered(lot.reason, f"lotkeeper resume {lot.symbol}")
    newest = newest_attempt(lot) if setbacks(lot) else None
    if newest is not None and newest.state is OrderState.EXPIRED and lot.reason:
        return WhyUncovered(lot.reason, f"lotkeeper resume {lot.symbol}")
    assets = sorted({fill.commission_asset for fill in lot.unvalued_buys()})
    if assets:
        reason = f"the value of its fee in {', '.join(assets)} is not known"
    elif lot.live_sells and not lot.buy_ended:
        reason = "as many of its SELLs stand as are allowed, and the rest waits for more of its BUY"
    else:
        reason = lot.reason or "its SELL is being decided"
    return WhyUncovered(reason, f"lotkeeper explain {lot.lot_id}")


def _is_worth_an_order(lot: Lot, market: Market, policy: ExitPolicy, quantity: Decimal) -> bool:
    """Whether it is more than dust; with a fee that leaves nothing there is no floor to measure it by."""
    if market.sell_rate >= ONE:
        return True
    sell, _ = next_sell(lot, market, policy, Situation(0), quantity)
    return product(sell.price, quantity) >= market.pair.min_notional
