"""What the stream says of a SELL before the order id of the SELL is known here.

A client order id may be used again once its order has ended (Binance rest-api.md, "New order"). After a restart from an
older database a SELL can take the id of an order that is forgotten, and of which events are still under way to us. If
they were taken for the new SELL's, its coins could be offered twice. So an event waits until the reply to the SELL, or
the answer to the question about it, says which order id is its own; except one that proves that the SELL sold.
"""

from collections.abc import Iterable

from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.order import OrderReport, SellOrder
from lotkeeper.trading.orders.states import IN_FLIGHT


def must_wait(order: SellOrder, event: OrderReport) -> bool:
    """Whether the event may be of a forgotten order of the same name.

    One that sold something is forgotten only together with the whole database, and then it hardly has the same numbers.
    """
    is_like = event.price == order.price and event.quantity == order.quantity
    return order.state in IN_FLIGHT and not (event.executed and is_like)


class EarlyEvents:
    """The events that wait, by the SELL that they name: for each order id the end of the order, or the newest event."""

    def __init__(self) -> None:
        self._events: dict[SellName, dict[int, OrderReport]] = {}  # by name, then by order id

    def add(self, name: SellName, event: OrderReport) -> None:
        events = self._events.setdefault(name, {})
        before = events.get(event.order_id)
        if before is None or not before.is_final:
            events[event.order_id] = event

    def pop(self, name: SellName) -> Iterable[OrderReport]:
        """The events of the SELL, the newest order first, which is the likeliest to be its own; none waits any more."""
        events = self._events.pop(name, {}) if self._events else {}
        return [events[order_id] for order_id in sorted(events, reverse=True)]

    def forget(self, buy_order_ids: Iterable[int]) -> None:
        """These lots are finished."""
        finished = set(buy_order_ids)
        for name in [each for each in self._events if each.buy_order_id in finished]:
            del self._events[name]
