"""The orders on the exchange's book that are not ours: each takes one of the pair's order slots.

Those that wait for a price also take one of the few slots for such orders. People see the BUYs among them.
"""

from collections.abc import Set as AbstractSet

from lotkeeper.trading.orders.client_ids import is_purchase
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.orders.trails import waits_for_price


class OtherOrders:
    """Open orders by order id, each as it was reported last."""

    def __init__(self) -> None:
        self._open: dict[int, OrderReport] = {}
        self._purchases: dict[str, OrderReport] = {}  # BUYs that persons asked for here, also ended, by client order id

    @property
    def ids(self) -> AbstractSet[int]:
        """The order ids of all of them."""
        return self._open.keys()

    @property
    def algo_count(self) -> int:
        """How many count for MAX_NUM_ALGO_ORDERS."""
        return sum(waits_for_price(each.order_type) for each in self._open.values())

    @property
    def buys(self) -> tuple[OrderReport, ...]:
        """The BUYs, the oldest first, with what they have executed."""
        return tuple(report for _, report in sorted(self._open.items()) if report.side is Side.BUY)

    def note(self, report: OrderReport) -> None:
        """A late copy of an earlier report does not undo what the order has executed since."""
        if report.side is Side.BUY and is_purchase(report.client_id):
            self._purchases[report.client_id] = _newer(self._purchases.get(report.client_id), report)
        if report.is_final:
            self._open.pop(report.order_id, None)
            return
        self._open[report.order_id] = _newer(self._open.get(report.order_id), report)

    def purchase(self, client_id: str) -> OrderReport | None:
        """The BUY of a purchase as far as this process has heard of it; queries may not show it yet."""
        return self._purchases.get(client_id)

    def forget(self, order_id: int) -> None:
        """It is one of ours after all."""
        self._open.pop(order_id, None)

    def partner_of(self, name: str) -> OrderReport | None:
        """The BUY that pays for the waiting SELL of this client order id or order id; None if there is none."""
        lists = {each.list_id for each in self._open.values() if name in (each.client_id, str(each.order_id))}
        return next((each for each in self.buys if each.list_id is not None and each.list_id in lists), None)

    @property
    def list_count(self) -> int:
        """How many order lists they are in."""
        return len({each.list_id for each in self._open.values() if each.list_id is not None})

    def clear(self) -> None:
        """The exchange is about to list all open orders."""
        self._open.clear()


def _newer(known: OrderReport | None, report: OrderReport) -> OrderReport:
    is_newer = known is None or (known.executed, known.time_ms) <= (report.executed, report.time_ms)
    return report if known is None or is_newer else known
