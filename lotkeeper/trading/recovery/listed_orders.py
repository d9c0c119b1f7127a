"""What the exchange has shown of orders in one pass, and which orders it has not shown though the book knows them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.orders.client_ids import SellName, client_order_id
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import OrderReport, SellOrder
from lotkeeper.trading.recovery.questions import OrderByClientId, OrderById, Question


@dataclass(slots=True)
class ListedOrders:
    """The orders that the answers of the pass have shown."""

    ended_buys: set[int] = field(default_factory=set)  # by order id
    _client_ids: set[str] = field(default_factory=set)  # one that was free again may name another order
    _order_ids: set[int] = field(default_factory=set)

    def note(self, report: OrderReport) -> None:
        """The exchange shows this order."""
        self._client_ids.add(report.client_id)
        self._order_ids.add(report.order_id)
        if report.side is Side.BUY and report.is_final:
            self.ended_buys.add(report.order_id)

    def questions_about_others(self, book: PairBook) -> Iterator[Question]:
        """Asks for the orders of the trader's order lists, and for the SELLs of open lots that were not shown."""
        yield from (OrderById(order_id) for order_id in self._orders_of_lists(book))
        yield from (OrderByClientId(name) for name in book.order_lists.unseen_paid_sells().values())
        sells = (order for lot in book.lots.open() for order in lot.orders if order.is_live)
        yield from (_by_id_or_name(order) for order in sells if not self._has(order))
        if book.policy is not None and book.policy.group:
            yield from (_next_of(lot) for lot in book.lots.open() if lot.remainder > 0 and not lot.live_sells)

    def _orders_of_lists(self, book: PairBook) -> list[int]:
        """The BUYs that are in order lists, and the SELLs of the lists that are not among the open orders any more."""
        buys = [lot.buy_order_id for lot in book.order_lists.lots()]
        sells = {order_id for buy_order_id in buys for order_id in book.order_lists.sells_of(buy_order_id)}
        return [*buys, *sorted(sells - self._order_ids)]

    def _has(self, order: SellOrder) -> bool:
        """Of one with a stop: the order that stands as far as is known. Once it has ended the other is asked for."""
        order_id = order.standing_id
        return order.standing_client_id in self._client_ids if order_id is None else order_id in self._order_ids


def _next_of(lot: Lot) -> Question:
    """The SELL that the lot would get next may have been sent before, and have ended: its price has to be known."""
    return OrderByClientId(client_order_id(SellName(lot.buy_order_id, lot.next_generation)))


def _by_id_or_name(order: SellOrder) -> Question:
    """By order id if it is known: an order cancelled by hand is not found by its client id any more."""
    order_id = order.standing_id
    return OrderByClientId(order.standing_client_id) if order_id is None else OrderById(order_id)
