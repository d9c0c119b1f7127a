"""The orders on the exchange's book that are not ours: each takes one of the pair's order slots.

Those that wait for a price also take one of the few slots for such orders. People see the BUYs among them.
"""

from collections.abc import Set as AbstractSet

from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.orders.trails import waits_for_price


class OtherOrders:
    """Open orders by order id, each as it was reported last."""

    def __init__(self) -> None:
        self._open: dict[int, OrderReport] = {}
        self._changed_buys: dict[int, OrderReport] = {}  # BUYs that changed or ended since they were asked for

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
        if report.is_final:
            self._open.pop(report.order_id, None)
            self._note_change(report)
            return
        known = self._open.get(report.order_id)
        if known is None or (known.executed, known.time_ms) <= (report.executed, report.time_ms):
            self._open[report.order_id] = report
            self._note_change(report)

    def pop_changed_buys(self) -> tuple[OrderReport, ...]:
        """The BUYs that were placed, changed or ended since the last call, each as it was reported last."""
        changed = tuple(self._changed_buys.values())
        self._changed_buys.clear()
        return changed

    def _note_change(self, report: OrderReport) -> None:
        if report.side is Side.BUY:
            self._changed_buys[report.order_id] = report

    def clear(self) -> None:
        """The exchange is about to list all open orders."""
        self._open.clear()
