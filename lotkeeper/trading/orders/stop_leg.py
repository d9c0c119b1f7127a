"""The stop of a SELL that is an order list (OCO): two orders for the same coins, of which one sells at most.

The exchange holds a LIMIT_MAKER above, the target, and a STOP_LOSS_LIMIT below, the stop. As soon as one of them trades
or is triggered, the other expires; the cancel of one cancels both (Binance rest-api.md, "New Order list - OCO" and
"Cancel Order list"). So the SELL has ended when one order was filled, when one was cancelled, or when both have ended.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from lotkeeper.trading.money import ZERO, total
from lotkeeper.trading.orders.states import OrderEvent
from lotkeeper.trading.replacing import replace

STOP_TYPE = "STOP_LOSS_LIMIT"  # Binance enums.md, "Order types"


@dataclass(frozen=True, slots=True)
class StopPrices:
    """Where a stop is triggered, and the least that it sells for then."""

    trigger: Decimal  # quote
    limit: Decimal  # quote


@dataclass(frozen=True, slots=True)
class StopLeg:
    """The stop of a SELL, and what is known of the two orders; the SELL's own order id is that of its target."""

    prices: StopPrices | None  # None: not known yet, because the target alone was found on the exchange
    order_id: int | None = None  # None until the exchange has named it
    executed: Decimal = ZERO  # base; what of the SELL the stop has sold
    has_ended: bool = False
    target_has_ended: bool = False
    list_id: int | None = field(default=None, compare=False)  # the exchange's; None until a report has named it

    @property
    def is_triggered(self) -> bool:
        """Whether the stop alone stands: then the price has fallen to it, and it sells."""
        return self.target_has_ended and not self.has_ended

    @property
    def are_both_standing(self) -> bool:
        return not self.target_has_ended and not self.has_ended


def with_end(stop: StopLeg, *, of_stop: bool) -> StopLeg:
    """One of the two orders has ended."""
    return replace(stop, has_ended=True) if of_stop else replace(stop, target_has_ended=True)


def with_more_sold(stop: StopLeg, more: Decimal, *, by_stop: bool) -> StopLeg:
    """One of the two orders has sold so much more (base): the other one has expired by then."""
    if not more:
        return stop
    sold = total((stop.executed, more)) if by_stop else stop.executed
    return with_end(replace(stop, executed=sold), of_stop=not by_stop)


def with_all_known(stop: StopLeg | None, other: StopLeg | None) -> StopLeg | None:
    """`stop` with what an earlier or later state of it knows beyond that: each value only grows, or is set once.

    `stop` as it is if the other is of another order: a client order id may be used again once its order has ended.
    """
    if stop is None or other is None or not _may_be_same(stop, other):
        return stop
    return replace(
        stop,
        prices=stop.prices or other.prices,
        order_id=other.order_id if stop.order_id is None else stop.order_id,
        executed=max(stop.executed, other.executed),
        has_ended=stop.has_ended or other.has_ended,
        target_has_ended=stop.target_has_ended or other.target_has_ended,
        list_id=other.list_id if stop.list_id is None else stop.list_id,
    )


def _may_be_same(stop: StopLeg, other: StopLeg) -> bool:
    return stop.order_id == other.order_id or None in (stop.order_id, other.order_id)


def event_of_end(stop: StopLeg, event: OrderEvent, *, has_sold: bool, has_leg_sold: bool) -> OrderEvent:
    """What the end of one order, of which `stop` knows already, means for the SELL.

    `has_sold`: whether the SELL has sold anything; `has_leg_sold`: whether the order that ended has.
    """
    if event in (OrderEvent.FILLED, OrderEvent.CANCELED):
        return event
    if has_leg_sold or (stop.has_ended and stop.target_has_ended):
        return OrderEvent.EXPIRED
    return OrderEvent.PARTIALLY_FILLED if has_sold else OrderEvent.ACCEPTED
