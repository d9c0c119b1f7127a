"""All that is known of one pair: its lots, and how fills and reports of the exchange change them.

Every method may be called with the same fact twice. What changes a lot otherwise stands in lots.py, what is kept of
SELLs that no lot has in manual_sales.py, and what is kept of lots that the book does not have yet in rebuild.py.
"""

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal

from lotkeeper.trading.book.balance_check import BalanceCheck
from lotkeeper.trading.book.early_events import EarlyEvents, must_wait
from lotkeeper.trading.book.lot_changes import is_finished, order_of, with_reported_sell
from lotkeeper.trading.book.lots import Lots
from lotkeeper.trading.book.manual_sales import ManualSales, disposals_for
from lotkeeper.trading.book.rebuild import LotsToRebuild, sell_from_report, with_known_transfers
from lotkeeper.trading.lots.lot import Lot, with_buy, with_sell, without_order
from lotkeeper.trading.lots.states import HoldEvent, LotEvent, next_state
from lotkeeper.trading.lots.transfers import Disposal
from lotkeeper.trading.money import total
from lotkeeper.trading.orders.client_ids import SellName, cancelled_sell_name, sell_name
from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import OrderReport, SellOrder, apply_report, differs_from_record, reuses_name
from lotkeeper.trading.policy import Dust, ExitPolicy, Market
from lotkeeper.trading.recovery.adopted_coins import fill_of_coins


class PairBook:
    """The book of one pair. Its methods alone change it; what they return tells which lot changed."""

    def __init__(
        self,
        symbol: str,
        base: str,
        quote: str,
        *,
        market: Market | None = None,
        policy: ExitPolicy | None = None,
        adopts_all_buys: bool = True,
    ) -> None:
        self.symbol = symbol
        self.base = base
        self.quote = quote
        self.lots = Lots()
        self.manual_sales = ManualSales()  # SELLs that no lot has
        self.balance_check = BalanceCheck()  # compares the account's balance with the trades
        # They tell which share of its cost a SELL covers that only the exchange knows.
        self._market = market
        self._policy = policy
        self._adopts_all_buys = adopts_all_buys  # False: a BUY becomes a lot only when a person names it
        # All trades up to this id are accounted for; None on a first start. A BUY up to there without a lot is one to
        # be rebuilt.
        self._cursor: int | None = None
        self._rebuild = LotsToRebuild()
        self._other_open_orders: set[int] = set()  # order ids on the exchange's book that are not ours, BUYs too
        # SELLs with our names that were not sent from here, by order id, until the keeper has looked at them.
        self._sells_not_sent_here: dict[int, OrderReport] = {}
        self._early_events = EarlyEvents()  # of SELLs in flight, from the stream
        self._ended_buy_quantities: dict[int, Decimal] = {}  # of BUYs that have ended, until all their fills are here

    # What the book knows beside its lots

    @property
    def market(self) -> Market | None:
        return self._market

    @property
    def policy(self) -> ExitPolicy | None:
        return self._policy

    @property
    def cursor(self) -> int | None:
        return self._cursor

    @property
    def buys_to_rebuild(self) -> Collection[int]:
        """The BUYs (order ids) whose fills have to be read, because no lot has them."""
        return self._rebuild.sells.keys()

    @property
    def closed_lot_sells(self) -> Mapping[int, list[OrderReport]]:
        """The finished SELLs of lots that were lost with the database, by BUY order id."""
        return self._rebuild.closed_lot_sells

    @property
    def other_open_orders(self) -> AbstractSet[int]:
        """The orders (ids) on the exchange's book that are not ours."""
        return self._other_open_orders

    def sell_name_of(self, report: OrderReport) -> SellName | None:
        """Which SELL of ours it is: by order id first: one cancelled or amended by hand has another client id."""
        lot = self.lots.get(self.lots.index.lot_of_order.get(report.order_id, -1))
        known = (order.name for order in lot.orders if order.order_id == report.order_id) if lot else iter(())
        return next(known, None) or sell_name(report.client_id) or cancelled_sell_name(report.client_id)

    def safe_cursor(self, cursor: int) -> int:
        """How far the cursor may go, at most to `cursor`: up to the first sale that lots may still have to give for."""
        waiting = (sale for sale in self.manual_sales.trades_without_lots() if not self._is_up_to_cursor(sale))
        return min([cursor, *(sale.trade_id - 1 for sale in waiting)])

    def copy(self) -> "PairBook":
        """A book with the same lots to try things on; what is frozen is shared."""
        frozen = (*self.lots.values(), self._market, self._policy)
        return deepcopy(self, {id(each): each for each in frozen})

    # What is set for it

    def load_lots(self, lots: Iterable[Lot]) -> None:
        """Takes the lots that the database has."""
        for lot in lots:
            self.lots.store(lot)

    def set_terms(self, market: Market | None, policy: ExitPolicy | None) -> None:
        self._market, self._policy = market, policy

    def set_cursor(self, cursor: int | None) -> None:
        """All trades up to this id are accounted for."""
        self._cursor = cursor

    def forget_other_open_orders(self) -> None:
        """The exchange is about to list all open orders."""
        self._other_open_orders.clear()

    def pop_sells_not_sent_here(self) -> list[OrderReport]:
        """The SELLs with our names that were not sent from here and that nobody has looked at."""
        found = list(self._sells_not_sent_here.values())
        self._sells_not_sent_here.clear()
        return found

    # What the exchange says

    def apply_fill(self, fill: Fill) -> Lot | None:
        """The lot that a fill changed; None when the fill is known already, or of a SELL that no lot has."""
        self.balance_check.count_trade(fill, self.base, self._cursor)
        if fill.side is Side.BUY:
            return self._apply_buy_fill(fill)
        buy_order_id = self.lots.index.lot_of_order.get(fill.order_id)
        if buy_order_id in self.lots.archived:
            return None
        if buy_order_id is None:
            self.manual_sales.add_fill(fill)
            return None
        old = self.lots[buy_order_id]
        return self.lots.store_if_changed(old, with_sell(old, fill))

    def apply_event(self, event: OrderReport) -> Lot | None:
        """Like `apply_report`, for what the stream says: of a SELL in flight it proves only that it sold.

        The rest waits until the reply to the SELL, or the answer to the question about it, names its order id.
        """
        order = self._find_sell(event)
        if order is None or not must_wait(order, event):
            return self.apply_report(event)
        self._early_events.add(order.name, event)
        return None

    def apply_report(self, report: OrderReport) -> Lot | None:
        """The lot that the reply to a request, or the answer to a question, changed; None when it says nothing new.

        Raises ImpossibleError.
        """
        changed = self._apply_report(report)
        order = self._find_sell(report)
        return (self.apply_early_events(order.name) if order else None) or changed

    def apply_early_events(self, name: SellName) -> Lot | None:
        """The SELL is not in flight any more: what the stream said of it before; the lot if that changed it."""
        changed = None
        for event in self._early_events.pop(name):
            changed = self._apply_report(event) or changed
        return changed

    def _find_sell(self, report: OrderReport) -> SellOrder | None:
        name = self.sell_name_of(report) if report.side is Side.SELL else None
        lot = self.lots.get(name.buy_order_id) if name else None
        return order_of(lot, name) if lot and name else None

    def _apply_report(self, report: OrderReport) -> Lot | None:
        name = self.sell_name_of(report) if report.side is Side.SELL else None
        if name is None:
            (self._other_open_orders.discard if report.is_final else self._other_open_orders.add)(report.order_id)
        if report.side is Side.BUY:
            return self._apply_buy_report(report)
        if name is None:
            self.manual_sales.record_order(report.order_id)
            return None
        if report.order_id in self.manual_sales.order_ids:  # its name was not known before
            self.manual_sales.reclaim(report.order_id)
            self.lots.undo_disposals(report.order_id)
        if name.buy_order_id in self.lots.archived:
            return None
        lot = self.lots.get(name.buy_order_id)
        if lot is None:
            self._sells_not_sent_here[report.order_id] = report
            self._rebuild.add_sell(name.buy_order_id, report)
            return None
        return self.lots.store_if_changed(lot, self._with_sell_report(lot, name, report))

    def _apply_buy_fill(self, fill: Fill) -> Lot | None:
        if fill.order_id in self.lots.archived:
            return None  # a late copy
        if fill.order_id in self.lots:
            return self._add_buy_fill(fill)
        is_requested = fill.order_id in self.buys_to_rebuild
        if not is_requested and not self._adopts_all_buys:
            return None  # no person named it
        if is_requested or self._is_up_to_cursor(fill):
            self._rebuild.add_buy_fill(fill)
            return None
        return self._add_buy_fill(fill)

    def _add_buy_fill(self, fill: Fill) -> Lot | None:
        old = self.lots.get(fill.order_id) or Lot(self.symbol, self.base, self.quote, fill.order_id)
        new = with_buy(old, fill)
        if new.buys == old.buys:
            return None
        state = next_state(new.state, LotEvent.BOUGHT)
        new = new if state is new.state else replace(new, state=state)
        return self.lots.store_if_changed(old, self._with_buy_end(new))

    def _apply_buy_report(self, report: OrderReport) -> Lot | None:
        if not report.is_final or not report.executed or report.order_id in self.lots.archived:
            return None
        self._ended_buy_quantities[report.order_id] = report.executed
        lot = self.lots.get(report.order_id)
        return None if lot is None else self.lots.store_if_changed(lot, self._with_buy_end(lot))

    def _with_buy_end(self, lot: Lot) -> Lot:
        """A BUY has ended for us only when all its fills are here: the report may overtake them."""
        executed = self._ended_buy_quantities.get(lot.buy_order_id)
        if executed is None or total(fill.quantity for fill in lot.buys) < executed:
            return lot
        del self._ended_buy_quantities[lot.buy_order_id]
        return replace(lot, buy_ended=True)

    def _with_sell_report(self, lot: Lot, name: SellName, report: OrderReport) -> Lot:
        known = order_of(lot, name)
        if known is not None and reuses_name(known, report):
            if report.is_final and not report.executed:
                return lot  # it sold nothing, and never will
            # Two that sell are never counted as one: the other goes by the next name, and by its order id.
            known, name = None, SellName(name.buy_order_id, lot.next_generation)
        if known is None:
            self._sells_not_sent_here[report.order_id] = report
        elif differs_from_record(known, report):
            lot, known = without_order(lot, name), None
        now = apply_report(known or sell_from_report(lot, name, report, self._market, self._policy), report)
        return with_reported_sell(lot, known, now, report, self.manual_sales.pop_unattributed(report.order_id))

    # Lots to be rebuilt from the exchange

    def request_rebuild(self, buy_order_id: int) -> None:
        """The BUY is to become a lot: its fills have to be read."""
        self._rebuild.request(buy_order_id)

    def rebuild_lot(self, buy_order_id: int) -> Lot | None:
        """Builds a lot after its BUY's fills were read, with the SELL reports kept for it; None without any fill.

        A lot that may have sold before is held until its history has been read, so that nothing is sold twice.
        """
        reports, fills = self._rebuild.pop(buy_order_id)
        for fill in fills:
            self._add_buy_fill(fill)
        if buy_order_id not in self.lots:
            return None
        self.lots.store(with_known_transfers(self.lots[buy_order_id], self.lots.dust_transfers()))
        if reports or any(map(self._is_up_to_cursor, fills)):
            self.hold_until_read(buy_order_id)
        for report in reports:
            self._apply_report(report)
        return self.lots[buy_order_id]

    def hold_until_read(self, buy_order_id: int) -> Lot | None:
        """For a lot with fills from before our time: SELLs that nobody here knows may have sold them."""
        return self.lots.apply_hold_event(buy_order_id, HoldEvent.UNREAD)

    def set_aside_closed_sell(self, buy_order_id: int, report: OrderReport) -> None:
        """A finished SELL of a lost lot: remembered in case the lot's BUY is still being filled."""
        self._rebuild.set_aside_closed(buy_order_id, report)
        self.manual_sales.dismiss(report.order_id)

    def restore_closed_sells(self, buy_order_id: int) -> Lot | None:
        """Applies the SELLs that were set aside for a lot that is there after all."""
        lot = self.lots[buy_order_id]
        changed = self.lots.store_if_changed(lot, with_known_transfers(lot, self.lots.dust_transfers()))
        for report in self._rebuild.pop_closed(buy_order_id):
            self.manual_sales.restore(report.order_id)
            changed = self._apply_report(report) or changed
        return changed

    # Sales and coins that are not ours by a trade of ours

    def apply_manual_sales(self) -> list[Disposal]:
        """Takes from the lots what was sold by hand, and returns it. To be called before anything is decided.

        Trades up to the cursor were applied already; only lots that are being rebuilt still need them.
        """
        found: list[Disposal] = []
        for _, sale in sorted(self.manual_sales.unsettled_trades.items()):
            lots = self.lots.being_read() if self._is_up_to_cursor(sale) else self.lots.values()
            for each in list(disposals_for(lots, sale, self.base)):
                self.lots.dispose(each)
                found.append(each)
        return found

    def adopt_coins(self, at_ms: int, quantity: Decimal, cost: Decimal) -> Lot:
        """A lot of coins that came without a trade; adopted at the same moment twice it is one."""
        fill = fill_of_coins(self.symbol, self.base, at_ms, quantity, cost)
        self._add_buy_fill(fill)
        lot = replace(self.lots[fill.order_id], buy_ended=True)
        self.lots.store(lot)
        return lot

    # What is over

    def archive_finished(self, cursor: int) -> list[Lot]:
        """Drops the lots of which no news can come, with all trades up to `cursor` accounted for; returns them."""
        keeps_dust = self._policy is None or self._policy.dust is Dust.KEEP
        finished = [
            lot
            for lot in self.lots.values()
            if is_finished(lot, cursor, keeps_dust=keeps_dust) and not self.manual_sales.concerns_any(lot.disposals)
        ]
        self.lots.archive(finished)
        self._early_events.forget(lot.buy_order_id for lot in finished)
        return finished

    def _is_up_to_cursor(self, fill: Fill) -> bool:
        """Whether it was accounted for before: a late copy of it must not be sold again."""
        return self._cursor is not None and fill.trade_id <= self._cursor
