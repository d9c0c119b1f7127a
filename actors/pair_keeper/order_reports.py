"""What the exchange reports of the pair's orders: the pair book takes it, and what follows from it is done."""

from collections.abc import Sequence

from actors.pair_keeper.cancels import Cancels
from actors.pair_keeper.effects import Effects, Moment, ReportSoon, error, lot_event
from actors.pair_keeper.reconciler import Reconciler
from actors.pair_keeper.refusal_facts import RefusalFacts
from actors.pair_keeper.sell_execution import SellExecution
from actors.pair_keeper.state import KeeperState, Trouble, TroubleKind
from actors.pair_keeper.trust import TradingPermission
from actors.pair_keeper.unresolved_sells import UnresolvedSells
from lotkeeper.trading.journal import Cause
from lotkeeper.trading.log_events import LogEvent
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.orders.client_ids import sell_name
from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import OrderReport, SellOrder, sold_nothing
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.orders.states import ON_BOOK, ImpossibleError, OrderEvent, OrderState, why_expired
from lotkeeper.trading.selling.decisions import CancelSell
from messages.account import OrderReported

_LOT_IS_FINISHED = "its lot was finished before it reached the exchange"

_News = tuple[OrderReport, Sequence[Fill], bool]  # of an order, and whether it is certain


class OrderReports:
    """Reports and fills, whichever way they came; they wait where the book, or the lot, is not there yet."""

    def __init__(
        self,
        state: KeeperState,
        *,
        permission: TradingPermission,
        facts: RefusalFacts,
        cancels: Cancels,
        unresolved: UnresolvedSells,
        selling: SellExecution,
        reconciler: Reconciler,
    ) -> None:
        self._state, self._permission, self._facts = state, permission, facts
        self._cancels, self._unresolved = cancels, unresolved
        self._selling, self._reconciler = selling, reconciler
        # What came before the book was open; with each report whether it is certain.
        self._early: list[_News] = []
        # What became of SELLs of lots that are not in the book, by BUY order id: they are finished, or not known yet.
        self._of_unknown_lots: dict[int, list[_News]] = {}

    def on_order_reported(self, message: OrderReported, now: Moment) -> Effects[None]:
        yield from self.take_or_keep(message.report, (message.fill,) if message.fill else (), now)

    def take_or_keep(
        self, report: OrderReport, fills: Sequence[Fill], now: Moment, *, is_certain: bool = False
    ) -> Effects[None]:
        if self._state.has_book:
            yield from self.take(report, fills, now, is_certain=is_certain)
        else:
            self._early.append((report, fills, is_certain))

    def take_sell(
        self, report: OrderReport, fills: Sequence[Fill], now: Moment, *, is_certain: bool = False
    ) -> Effects[None]:
        """Of a finished lot it would bring back what is over: a SELL waits until its lot is in the book."""
        name, has_book = sell_name(report.client_id), self._state.has_book
        if name is None or (has_book and self._state.book.knows_lot(name.buy_order_id)):
            yield from self.take_or_keep(report, fills, now, is_certain=is_certain)
        else:
            self._of_unknown_lots.setdefault(name.buy_order_id, []).append((report, fills, is_certain))

    def take(
        self, report: OrderReport, fills: Sequence[Fill], now: Moment, *, is_certain: bool = False
    ) -> Effects[None]:
        """Takes what the exchange reports of an order, and its fills; `is_certain` as for `PairBook.apply_report`."""
        is_sell = report.side is Side.SELL
        if is_sell:
            yield from self._suspect(report, fills, now)
            yield from self.cancel_late_sell(report, now)
        before = self._known_sell(report) if is_sell else None
        # Fills first: a BUY has ended when its report says so and all its fills are here.
        lots = [
            *(self._state.book.apply_fill(fill) for fill in fills),
            (yield from self._take_report(report, now, is_certain)),
        ]
        for sell in self._state.book.paid_sells.pop_known():
            lots.append((yield from self._take_report(sell, now, False)))
        yield from self._permission.look_for_another(now)
        if fills or report.is_final:
            self._facts.forget_balance()
        has_ended_wait = False
        if is_sell:
            yield from self._permission.confirm_duplicate(report, now)
            has_ended_wait = self._learn_from_end(before, report, now)
        elif fills:
            self._selling.conditions.note_bought(now)
        else:
            yield ReportSoon()  # of an open BUY, which changes no lot
        changed = {lot.buy_order_id for lot in lots if lot} | (yield from self.apply_to_new_lots(now))
        yield from self._selling.follow(changed, now)
        if has_ended_wait:
            yield from self._selling.follow_open(now)
        yield from self._log_fills(fills, lots)
        book = self._state.book
        if book.buys_to_rebuild or book.paid_sells.unknown_purchases or book.order_lists.lots_without_sells():
            yield from self._reconciler.begin(now)

    def _known_sell(self, report: OrderReport) -> SellOrder | None:
        """The SELL that the report is of, as the book has it."""
        name = self._state.book.sells.name_of(report)
        return self._state.book.lots.sell(name) if name else None

    def _learn_from_end(self, before: SellOrder | None, report: OrderReport, now: Moment) -> bool:
        """Notes a SELL that ended unsold. Returns whether others waited until one stands, and this one does."""
        order = self._known_sell(report)
        if order is None:
            return False
        if order.state is OrderState.EXPIRED and sold_nothing(report):
            self._unresolved.forget([order.client_id])
            if before is not None and before.is_live:
                self._selling.conditions.ended.note_ended(order, why_expired(report.status), now)
                self._selling.conditions.note_refusal(order, RefusalKind.OTHER, now)
            return False
        is_taken = order.state in ON_BOOK or order.executed > 0
        return is_taken and self._selling.conditions.note_standing(order)

    def cancel_late_sell(self, report: OrderReport, now: Moment) -> Effects[None]:
        """A SELL that reached the exchange after its lot was finished stands on the coins of other lots."""
        name = self._state.book.sells.late_name_of(report)
        if name is not None and not report.is_final and self._permission.obstacle(now) is None:
            yield from self._cancels.send_unbooked(
                CancelSell(name, report.order_id, _LOT_IS_FINISHED, Cause.LOT_FINISHED), now
            )

    def _suspect(self, report: OrderReport, fills: Sequence[Fill], now: Moment) -> Effects[None]:
        """Begins a reconciliation if news of a SELL contradicts the book."""
        book = self._state.book
        name = book.sells.name_of(report)
        lot = book.lots.get(name.buy_order_id) if name else None
        if lot is None or name is None:
            return
        known = next((order for order in lot.orders if order.name == name), None)
        told = {fill.trade_id for fill in lot.sells}
        if known is None and not name.is_paid:
            reason = f"SELL {report.client_id} is on the exchange, and nobody here placed it"
            yield from self._reconciler.begin_because(reason, now)
        elif known is None or known.is_live or report.executed <= known.executed:
            return  # the exchange placed it, or it is as the book has it
        elif any(fill.trade_id not in told for fill in fills):
            reason = f"SELL {known.client_id} was {known.state} here, and has sold more"
            yield from self._reconciler.begin_because(reason, now)

    def _take_report(self, report: OrderReport, now: Moment, is_certain: bool) -> Effects[Lot | None]:
        try:
            return self._state.book.apply_report(report, is_certain=is_certain)
        except ImpossibleError as impossible:
            yield from self._report_contradiction(f"{report.client_id}: {impossible}", now)
            return None

    def _log_fills(self, fills: Sequence[Fill], lots: Sequence[Lot | None]) -> Effects[None]:
        for fill, lot in zip(fills, lots, strict=False):
            if lot is not None:
                facts = {"trade": fill.trade_id, "price": fill.price, "quantity": fill.quantity}
                event = LogEvent.BOUGHT if fill.side is Side.BUY else LogEvent.SOLD
                yield lot_event(event.lower(), self._state.symbol, lot.buy_order_id, event, **facts)

    # What waited

    def take_early(self, now: Moment) -> Effects[None]:
        """The book is open: the events that came before."""
        early, self._early = self._early, []
        for report, fills, is_certain in early:
            yield from self.take(report, fills, now, is_certain=is_certain)
        yield from self._selling.follow((yield from self.apply_to_new_lots(now)), now)

    def apply_to_new_lots(self, now: Moment) -> Effects[set[int]]:
        """A lot came into the book whose SELL was heard of before; the BUY order ids of those that changed.

        To be called before anything is decided about a new lot.
        """
        changed: set[int] = set()
        if not self._of_unknown_lots or not self._state.has_book:
            return changed
        for number in self._of_unknown_lots.keys() & self._state.book.lots.keys():
            for report, fills, is_certain in self._of_unknown_lots.pop(number):
                for fill in fills:
                    self._state.book.apply_fill(fill)
                yield from self._take_report(report, now, is_certain)
            changed.add(number)
        return changed

    # Events of our own

    def apply(self, client_id: str, event: OrderEvent, now: Moment, reason: str = "") -> Effects[None]:
        """An event of our own on a SELL; then its lot is decided about."""
        order = self._state.book.lots.sell_of_id(client_id)
        if order is None:
            return
        try:
            lot = self._state.book.lots.apply_order_event(order.name, event, now.wall_ms, reason)
        except ImpossibleError as impossible:
            yield from self._report_contradiction(f"{client_id}: {impossible}", now)
            return
        yield from self._selling.follow([lot.buy_order_id] if lot else [], now)

    def _report_contradiction(self, detail: str, now: Moment) -> Effects[None]:
        """The book or the report is wrong: it is shown, and everything is compared."""
        yield error(f"{self._state.symbol}: {detail}", LogEvent.BOOK_CONTRADICTED)
        self._state.trouble = Trouble(TroubleKind.IMPOSSIBLE, detail)
        yield from self._reconciler.begin(now)
