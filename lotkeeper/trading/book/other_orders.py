"""The orders on the exchange's book that are not ours: each takes one of the pair's order slots.

Those that wait for a price also take one of the few slots for such orders. A BUY is known once something of it was
bought, or when the open orders were listed.
"""

from collections.abc import Set as AbstractSet

from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.orders.trails import waits_for_price


class OtherOrders:
    """By order id."""

    def __init__(self) -> None:
        self._open: set[int] = set()
        self._algo: set[int] = set()  # those of them that wait for a price

    @property
    def open(self) -> AbstractSet[int]:
        return self._open

    @property
    def algo_count(self) -> int:
        """How many count for MAX_NUM_ALGO_ORDERS."""
        return len(self._algo)

    def note(self, report: OrderReport) -> None:
        """Something was heard of an order that is not ours."""
        is_algo = waits_for_price(report.order_type)
        for numbers, is_in in ((self._open, True), (self._algo, is_algo)):
            (numbers.add if is_in and not report.is_final else numbers.discard)(report.order_id)

    def clear(self) -> None:
        """The exchange is about to list all open orders."""
        self._open.clear()
        self._algo.clear()
