"""The SELLs of a pair's lots, as the exchange reports them: which SELL a report is of, and what it changes."""

from lotkeeper.trading.book.lot_changes import next_free_name, order_of, with_reported_sell
from lotkeeper.trading.book.lots import Lots
from lotkeeper.trading.book.manual_sales import ManualSales
from lotkeeper.trading.book.order_lists import OrderLists
from lotkeeper.trading.book.paid_sells import PaidSells
from lotkeeper.trading.book.pair_terms import PairTerms
from lotkeeper.trading.book.rebuild import LotsToRebuild, sell_from_report
from lotkeeper.trading.book.uncertain_reports import UncertainReports
from lotkeeper.trading.lots.attempts import is_old_setback
from lotkeeper.trading.lots.lot import Lot, without_order
from lotkeeper.trading.orders.client_ids import SellName, cancelled_sell_name, sell_name
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import (
    OrderReport,
    apply_report,
    differs_from_record,
    reuses_name,
    sold_nothing,
)


class LotSells:
    """What is known of our SELLs beside the lots. Its methods store the lots that they change."""

    def __init__(
        self,
        terms: PairTerms,
        lots: Lots,
        rebuild: LotsToRebuild,
        order_lists: OrderLists,
        *,
        paid_sells: PaidSells,
        manual_sales: ManualSales,
    ) -> None:
        # Those of the book.
        self._terms, self._lots, self._rebuild, self._order_lists = terms, lots, rebuild, order_lists
        self._paid_sells, self._manual_sales = paid_sells, manual_sales
        # SELLs with our names that were not sent from here, by order id, until the keeper has looked at them.
        self._not_sent_here: dict[int, OrderReport] = {}
        self._uncertain_reports = UncertainReports()
        self.strange_statuses: dict[SellName, str] = {}  # of SELLs whose newest status is not known here

    # Which SELL it is

    def name_of(self, report: OrderReport) -> SellName | None:
        """Which SELL of ours it is; None for all others.

        By order id first, because a SELL that was cancelled or amended by hand has another client id.
        """
        lot = self._lots.get(self._lots.index.lot_of_order.get(report.order_id, -1))
        known = (order.name for order in lot.orders if report.order_id in order.order_ids) if lot else iter(())
        return (
            next(known, None)
            or sell_name(report.client_id)
            or cancelled_sell_name(report.client_id)
            or self._paid_sells.name_of(report)
        )

    def late_name_of(self, report: OrderReport) -> SellName | None:
        """The name of a SELL that is heard of for the first time after its lot was finished; None for all others.

        It may be a late copy of what an earlier process knew. Its trades up to the cursor are accounted for.
        """
        name = self.name_of(report) if report.side is Side.SELL else None
        is_late = name is not None and name.buy_order_id in self._lots.archived
        return name if is_late and report.order_id not in self._lots.index.lot_of_order else None

    def pop_not_sent_here(self) -> list[OrderReport]:
        """The SELLs with our names that were not sent from here and that nobody has looked at."""
        found = list(self._not_sent_here.values())
        self._not_sent_here.clear()
        return found

    # What the exchange says

    def apply_report(self, name: SellName, report: OrderReport, *, is_certain: bool) -> Lot | None:
        """The lot that a report of our SELL changed; as `PairBook.apply_report`."""
        self._reclaim(report.order_id)
        if name.buy_order_id in self._lots.archived:
            self._note_late(report)
            return None
        self._note_status(name, report)
        lot = self._lots.get(name.buy_order_id)
        if lot is None:
            self._note_not_sent_here(name, report)
            self._rebuild.add_sell(name.buy_order_id, report)
            return None
        if not is_certain and self._uncertain_reports.keep(order_of(lot, name), report):
            return None
        changed = self._with_report(lot, name, report)
        for each in self._uncertain_reports.pop_of(name, report):
            changed = self._with_report(changed, name, each)
        stored = self._lots.store_if_changed(lot, changed)
        return (self._order_lists.end(name.buy_order_id, report.list_id) if name.is_paid else None) or stored

    def _reclaim(self, order_id: int) -> None:
        """It counted as a person's while its name was not known."""
        if order_id in self._manual_sales.order_ids:
            self._manual_sales.reclaim(order_id)
            self._lots.undo_disposals(order_id)

    def _note_late(self, report: OrderReport) -> None:
        """The lot of this SELL is finished."""
        if self.late_name_of(report):
            self._manual_sales.record_late_sell(report.order_id)

    def _note_status(self, name: SellName, report: OrderReport) -> None:
        if report.has_known_status:
            self.strange_statuses.pop(name, None)
        else:
            self.strange_statuses[name] = report.status

    def _note_not_sent_here(self, name: SellName, report: OrderReport) -> None:
        """A SELL with our name that this keeper does not know; one that a BUY pays for was sent by the exchange."""
        if not name.is_paid:
            self._not_sent_here[report.order_id] = report

    def _with_report(self, lot: Lot, name: SellName, report: OrderReport) -> Lot:
        known = order_of(lot, name)
        if known is not None and reuses_name(known, report):
            if report.is_final and not report.executed:
                return lot  # it sold nothing, and never will
            # Two that sell are never counted as one: the other goes by the next name, and by its order id.
            known, name = None, next_free_name(lot, name)
        elif known is None and any(each.name.generation == name.generation for each in lot.orders):
            name = next_free_name(lot, name)  # of a keeper that did not know the other one
        if known is None and sold_nothing(report) and is_old_setback(lot, name.generation):
            return lot  # a late copy
        if known is None:
            self._note_not_sent_here(name, report)
        elif differs_from_record(known, report):
            lot, known = without_order(lot, name), None
        now = apply_report(known or sell_from_report(name, report), report)
        fills = self._manual_sales.pop_unattributed(report.order_id)
        changed = with_reported_sell(lot, known, now, report, fills, resumed_ms=self._lots.resumed_ms)
        is_priced = known is not None and known.price == now.price and known.covered_cost <= now.covered_cost
        return changed if is_priced else self._terms.with_found_costs(changed, now.locks_coins_since_ms)
