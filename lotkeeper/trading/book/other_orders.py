"""The orders on the exchange's book that are not ours: they take order slots, and people see the BUYs among them."""

from collections.abc import Set as AbstractSet

from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import OrderReport


class OtherOrders:
    """Open orders by order id, each as it was reported last."""

    def __init__(self) -> None:
        self._open: dict[int, OrderReport] = {}

    @property
    def ids(self) -> AbstractSet[int]:
        """The order ids of all of them."""
        return self._open.keys()

    @property
    def buys(self) -> tuple[OrderReport, ...]:
        """The BUYs, the oldest first, with what they have executed."""
        return tuple(report for _, report in sorted(self._open.items()) if report.side is Side.BUY)

    def note(self, report: OrderReport) -> None:
        """A late copy of an earlier report does not undo what the order has executed since."""
        if report.is_final:
            self._open.pop(report.order_id, None)
            return
        known = self._open.get(report.order_id)
        if known is None or (known.executed, known.time_ms) <= (report.executed, report.time_ms):
            self._open[report.order_id] = report

    def clear(self) -> None:
        """The exchange is about to list all open orders."""
        self._open.clear()
