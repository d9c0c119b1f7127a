"""The SELLs that BUYs of ours pay for (OPO): the exchange places such a SELL when its BUY is filled.

Its name, which we chose, tells the BUY's client order id, and every report of both tells their list. Which lot that is
tells the BUY's order id, which only the exchange knows: a BUY that is not known here is asked for by its name.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lotkeeper.trading.orders.client_ids import SellName, is_purchase, paid_sell_id, paid_sell_name, purchase_of
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import OrderReport

_FILLED = "FILLED"


@dataclass(slots=True)
class PaidSells:
    """Which BUYs pay for a SELL. One list has one BUY and one SELL."""

    _buys: dict[str, int] = field(default_factory=dict)  # order ids of the BUYs by their client order ids
    _names: dict[int, SellName] = field(default_factory=dict)  # of the SELLs, by list id
    _filled: dict[int, str] = field(default_factory=dict)  # BUYs that are filled, as the exchange said, by order id
    # SELLs that work, or have worked, and whose BUYs are not known yet, by order id.
    _waiting: dict[int, OrderReport] = field(default_factory=dict)

    def note_buy(self, report: OrderReport) -> None:
        """After a cancel a query shows the BUY under another name; then it pays for no SELL."""
        if report.side is Side.BUY and report.list_id is not None and is_purchase(report.client_id):
            self._buys[report.client_id] = report.order_id
            self._names[report.list_id] = paid_sell_name(report.order_id, report.client_id)
            if report.status == _FILLED:
                self._filled[report.order_id] = report.client_id

    def is_one(self, report: OrderReport) -> bool:
        """Whether the SELL is in a list of ours, whichever name it has after a cancel."""
        return report.list_id in self._names or bool(purchase_of(report.client_id))

    def name_of(self, report: OrderReport) -> SellName | None:
        """The name of a SELL that has begun; None if it is none of these, or its BUY is not known yet."""
        if not report.has_begun or report.side is not Side.SELL:
            return None
        by_list = None if report.list_id is None else self._names.get(report.list_id)
        purchase = purchase_of(report.client_id)
        number = self._buys.get(purchase)
        return by_list or (None if number is None else paid_sell_name(number, purchase))

    def is_of(self, buy_order_id: int) -> bool:
        """Whether this BUY pays for a SELL, as far as is known."""
        return buy_order_id in self._buys.values()

    def sell_id_of_filled(self, buy_order_id: int) -> str | None:
        """The client order id of the SELL that the exchange has placed for sure, as all of this BUY is filled."""
        purchase = self._filled.get(buy_order_id)
        return None if purchase is None else paid_sell_id(purchase)

    # Where the BUY is not known

    def keep(self, report: OrderReport) -> None:
        """Its BUY has to be asked for."""
        self._waiting[report.order_id] = report

    @property
    def unknown_purchases(self) -> list[str]:
        """The client order ids of the BUYs to be asked for."""
        return sorted({name for each in self._waiting.values() if (name := purchase_of(each.client_id))})

    def pop_known(self) -> Iterator[OrderReport]:
        """The SELLs whose BUYs are known now, each as it was reported last."""
        for report in [each for each in self._waiting.values() if self.name_of(each) is not None]:
            yield self._waiting.pop(report.order_id)
