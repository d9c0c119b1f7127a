"""All that is known of one pair: its lots, and how fills and reports of the exchange change them.

Every method may be called with the same fact twice. What changes a lot otherwise stands in lots.py, what is kept of
SELLs that no lot has in manual_sales.py, and what is kept of lots that the book does not have yet in rebuild.py.
"""

from collections.abc import Collection, Iterable, Mapping
from copy import deepcopy
from decimal import Decimal

from lotkeeper.trading.book.balance_check import BalanceCheck
from lotkeeper.trading.book.coin_debts import CoinDebt
from lotkeeper.trading.book.lot_changes import is_finished, next_free_name, order_of, with_reported_sell
from lotkeeper.trading.book.lots import Lots
from lotkeeper.trading.book.manual_sales import ManualSales, claim_on, disposal_of, given_for
from lotkeeper.trading.book.order_lists import OrderLists
from lotkeeper.trading.book.other_orders import OtherOrders
from lotkeeper.trading.book.paid_sells import PaidSells
from lotkeeper.trading.book.rebuild import LotsToRebuild, sell_from_report, with_found_costs, with_known_transfers
from lotkeeper.trading.book.uncertain_reports import UncertainReports
from lotkeeper.trading.lots.attempts import is_old_setback, without_old_setbacks
from lotkeeper.trading.lots.lot import Lot, with_buy, with_disposal, with_fee_value, with_sell, without_order
from lotkeeper.trading.lots.states import READING, HoldEvent, LotEvent, next_state
from lotkeeper.trading.lots.transfers import Disposal, DustTransfer
from lotkeeper.trading.money import total
from lotkeeper.trading.orders.client_ids import SellName, cancelled_sell_name, sell_name
from lotkeeper.trading.orders.fills import FeeValue, Fill, Side
from lotkeeper.trading.orders.order import (
    OrderReport,
    apply_report,
    differs_from_record,
    reuses_name,
    sold_nothing,
)
from lotkeeper.trading.policy import Dust, ExitPolicy, Market
from lotkeeper.trading.recovery.adopted_coins import fill_of_coins
from lotkeeper.trading.replacing import replace


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
        history_from_ms: int | None = None,
    ) -> None:
        self.symbol = symbol
        self.base = base
        self.quote = quote
        self.lots = Lots()
        self.manual_sales = ManualSales()  # SELLs that no lot has
        self.paid_sells = PaidSells()  # SELLs that BUYs of ours pay for
        self.order_lists = OrderLists(self.lots, self.paid_sells)  # lists that BUYs of lots belong to
        self.balance_check = BalanceCheck()  # compares the account's balance with the trades
        # They tell which share of its cost a SELL covers that only the exchange knows.
        self._market = market
        self._policy = policy
        self._adopts_all_buys = adopts_all_buys  # False: a BUY becomes a lot only when a person names it
        # BUYs count from this moment on (exchange's time, ms); None where an earlier version began without one.
        self._history_from_ms = history_from_ms
        self._is_database_lost = False
        self._early_fills: dict[int, dict[int, Decimal]] = {}  # quantities (base) from before it, by BUY and trade id
        # All trades up to this id are accounted for; None on a first start. A BUY up to there without a lot is one to
        # be rebuilt.
        self._cursor: int | None = None
        self._missed: set[int] = set()  # trades up to the cursor (ids) that an answer lacked, and a later one had
        self._rebuild = LotsToRebuild()
        # Dust that loaded lots took from lots that were never recorded, by the BUY order ids of the latter.
        self._dust_of_missing: dict[int, list[DustTransfer]] = {}
        self.other_orders = OtherOrders()  # on the exchange's book, and not ours
        # SELLs with our names that were not sent from here, by order id, until the keeper has looked at them.
        self._sells_not_sent_here: dict[int, OrderReport] = {}
        self._uncertain_reports = UncertainReports()
        self.strange_statuses: dict[SellName, str] = {}  # of SELLs whose newest status is not known here
        self._ended_buy_quantities: dict[int, Decimal] = {}  # of BUYs that have ended, until all their fills are here
        # By which cursor, and with how many manual sales unsettled, finished lots were looked for.
        self._archived_by: tuple[int, int] | None = None

    # What the book knows beside its lots

    @property
    def market(self) -> Market | None:
        return self._market

    @property
    def policy(self) -> ExitPolicy | None:
        return self._policy

    @property
    def terms(self) -> tuple[Market, ExitPolicy]:
        """On which lots are sold; they have to be known by then."""
        market, policy = self._market, self._policy
        assert market is not None
        assert policy is not None
        return market, policy

    @property
    def cursor(self) -> int | None:
        return self._cursor

    @property
    def history_from_ms(self) -> int | None:
        return self._history_from_ms

    @property
    def adopts_all_buys(self) -> bool:
        return self._adopts_all_buys

    @property
    def buys_to_rebuild(self) -> Collection[int]:
        """The BUYs (order ids) whose fills have to be read, because no lot has them."""
        return self._rebuild.sells.keys()

    @property
    def closed_lot_sells(self) -> Mapping[int, list[OrderReport]]:
        """The finished SELLs of lots that were lost with the database, by BUY order id."""
        return self._rebuild.closed_lot_sells

    def sell_name_of(self, report: OrderReport) -> SellName | None:
        """Which SELL of ours it is: by order id first: one cancelled or amended by hand has another client id."""
        lot = self.lots.get(self.lots.index.lot_of_order.get(report.order_id, -1))
        known = (order.name for order in lot.orders if report.order_id in order.order_ids) if lot else iter(())
        return (
            next(known, None)
            or sell_name(report.client_id)
            or cancelled_sell_name(report.client_id)
            or self.paid_sells.name_of(report)
        )

    def name_of_late_sell(self, report: OrderReport) -> SellName | None:
        """The name of a SELL that is heard of for the first time after its lot was finished; None for all others.

        It may be a late copy of what an earlier process knew. Its trades up to the cursor are accounted for.
        """
        name = self.sell_name_of(report) if report.side is Side.SELL else None
        is_late = name is not None and name.buy_order_id in self.lots.archived
        return name if is_late and report.order_id not in self.lots.index.lot_of_order else None

    def safe_cursor(self, cursor: int) -> int:
        """How far the cursor may go, at most to `cursor`: up to the first sale that lots may still have to give for.

        An allocation is no trade, and no cursor brings it back.
        """
        sales = (sale for sale in self.manual_sales.trades_without_lots() if sale.trade_id >= 0)
        waiting = (sale for sale in sales if not self._is_up_to_cursor(sale))
        return min([cursor, *(sale.trade_id - 1 for sale in waiting)])

    def knows_lot(self, buy_order_id: int) -> bool:
        """Whether the lot is in the book, or was until it was finished."""
        return buy_order_id in self.lots or buy_order_id in self.lots.archived

    def copy(self) -> "PairBook":
        """A book with the same lots to try things on; what is frozen is shared."""
        frozen = (*self.lots.values(), self._market, self._policy)
        return deepcopy(self, {id(each): each for each in frozen})

    # What is set for it

    def load_lots(self, lots: Iterable[Lot], finished: Iterable[int] = ()) -> None:
        """Takes the lots that the database has; `finished` are BUY order ids of lots of which no news can come.

        A late reply or event of a SELL of a finished lot would build that lot again, with its dust a second time.
        """
        self.lots.note_archived(finished)
        for each in lots:
            lot = without_old_setbacks(each)
            self.lots.store(lot)
            if lot.hold in READING and not lot.orders:
                self._rebuild.unproven.add(lot.buy_order_id)
            self.order_lists.note_loaded(lot)
        for transfer in self.lots.dust_transfers():
            if transfer.source not in self.lots:
                self._dust_of_missing.setdefault(transfer.source, []).append(transfer)

    def set_terms(self, market: Market | None, policy: ExitPolicy | None) -> None:
        self._market, self._policy = market, policy
        self.lots.index.dust.forget(self.lots.index.remainders)

    def set_cursor(self, cursor: int | None) -> None:
        """All trades up to this id are accounted for."""
        self._cursor = cursor

    def note_missed(self, trade_id: int) -> None:
        """A trade was not accounted for, although the cursor is beyond it: it counts like one after the cursor."""
        self._missed.add(trade_id)

    def begin_history(self, from_ms: int) -> None:
        """The first pass begins (exchange's time): where no moment was noted, the history begins with it."""
        if self._history_from_ms is None:
            self._history_from_ms = from_ms

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
            self.order_lists.note_buy(fill.order_id, fill.list_id)
            return self._apply_buy_fill(fill)
        buy_order_id = self.lots.index.lot_of_order.get(fill.order_id)
        if buy_order_id in self.lots.archived:
            return None
        if buy_order_id is None:
            self.manual_sales.add_fill(fill)
            return None
        old = self.lots[buy_order_id]
        return self.lots.store_if_changed(old, with_sell(old, fill))

    def apply_report(self, report: OrderReport, *, is_certain: bool = False) -> Lot | None:
        """The lot that a report changed; None when it says nothing new. Raises ImpossibleError.

        `is_certain`: it is the reply to our request, or was asked for when no copy of the request could arrive any
        more. Any other report may be of an earlier order of the same name (`frees_coins_uncertainly`).
        """
        name = self.sell_name_of(report) if report.side is Side.SELL else None
        if name is None:
            self.other_orders.note(report)
        if report.side is Side.BUY:
            self.paid_sells.note_buy(report)
            self.order_lists.note_buy(report.order_id, report.list_id)
            return self._apply_buy_report(report)
        if name is None:
            self._note_other_sell(report)
            return None
        if name.is_paid:
            self.other_orders.forget(report.order_id)
        if report.order_id in self.manual_sales.order_ids:  # its name was not known before
            self.manual_sales.reclaim(report.order_id)
            self.lots.undo_disposals(report.order_id)
        if name.buy_order_id in self.lots.archived:
            if self.name_of_late_sell(report):
                self.manual_sales.record_late_sell(report.order_id)
            return None
        if report.has_known_status:
            self.strange_statuses.pop(name, None)
        else:
            self.strange_statuses[name] = report.status
        lot = self.lots.get(name.buy_order_id)
        if lot is None:
            self._note_not_sent_here(name, report)
            self._rebuild.add_sell(name.buy_order_id, report)
            return None
        if not is_certain and self._uncertain_reports.keep(order_of(lot, name), report):
            return None
        changed = self._with_sell_report(lot, name, report)
        for each in self._uncertain_reports.pop_of(name, report):
            changed = self._with_sell_report(changed, name, each)
        stored = self.lots.store_if_changed(lot, changed)
        return (self.order_lists.end(name.buy_order_id, report.list_id) if name.is_paid else None) or stored

    def _note_other_sell(self, report: OrderReport) -> None:
        """A SELL that is not known to be ours. One that a BUY of ours pays for, and is to pay for, is no person's."""
        if not self.paid_sells.is_one(report):
            self.order_lists.note_sell(report)
            self.manual_sales.record_order(report.order_id)
        elif report.has_begun:
            self.paid_sells.keep(report)
        else:
            self.order_lists.note_sell(report)

    def _note_not_sent_here(self, name: SellName, report: OrderReport) -> None:
        """The exchange sent the SELL that a BUY pays for."""
        if not name.is_paid:
            self._sells_not_sent_here[report.order_id] = report

    def _apply_buy_fill(self, fill: Fill) -> Lot | None:
        if fill.order_id in self.lots.archived:
            return None  # a late copy
        if self.is_before_history(fill):
            self._early_fills.setdefault(fill.order_id, {})[fill.trade_id] = fill.quantity
            return None
        if fill.order_id in self.lots:
            return self._add_buy_fill(fill)
        is_requested = fill.order_id in self.buys_to_rebuild
        if not is_requested and not self._adopts_all_buys:
            return None  # no person named it
        if is_requested or self._is_up_to_cursor(fill) or self._is_early(fill):
            self._rebuild.add_buy_fill(fill)
            return None
        return self._add_buy_fill(fill)

    def _add_buy_fill(self, fill: Fill) -> Lot | None:
        old = self.lots.get(fill.order_id) or Lot(self.symbol, self.base, self.quote, fill.order_id)
        new = with_buy(old, fill)
        if new.buys == old.buys:
            return None
        new = with_known_transfers(new, self._dust_of_missing.pop(fill.order_id, ()))
        new = self._with_found_costs(new, fill.time_ms)
        state = next_state(new.state, LotEvent.BOUGHT)
        new = new if state is new.state else replace(new, state=state)
        changed = self.lots.store_if_changed(old, self._with_buy_end(new))
        return self.order_lists.hold(fill.order_id) or changed

    def _apply_buy_report(self, report: OrderReport) -> Lot | None:
        number = report.order_id
        if report.is_final and report.executed and number not in self.lots.archived:
            self._ended_buy_quantities[number] = report.executed
        lot = self.lots.get(number)
        changed = None if lot is None else self.lots.store_if_changed(lot, self._with_buy_end(lot))
        return self.order_lists.hold(number) or changed

    def _with_buy_end(self, lot: Lot) -> Lot:
        """A BUY has ended for us only when all its fills are here: the report may overtake them."""
        executed = self._ended_buy_quantities.get(lot.buy_order_id)
        if executed is None or self.known_quantity(lot) < executed:
            return lot
        del self._ended_buy_quantities[lot.buy_order_id]
        return replace(lot, buy_ended=True)

    def _with_sell_report(self, lot: Lot, name: SellName, report: OrderReport) -> Lot:
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
        fills = self.manual_sales.pop_unattributed(report.order_id)
        changed = with_reported_sell(lot, known, now, report, fills, resumed_ms=self.lots.resumed_ms)
        is_priced = known is not None and known.price == now.price and known.covered_cost <= now.covered_cost
        return changed if is_priced else self._with_found_costs(changed, now.locks_coins_since_ms)

    def _with_found_costs(self, lot: Lot, since_ms: int) -> Lot:
        return with_found_costs(lot, since_ms, self._market, self._policy)

    def known_quantity(self, lot: Lot) -> Decimal:
        """How much of its BUY (base) is accounted for: the lot's fills, and those from before the pair's history."""
        early = {} if self.counts_whole(lot.buy_order_id) else self._early_fills.get(lot.buy_order_id, {})
        return total((*(fill.quantity for fill in lot.buys), *early.values()))

    def counts_whole(self, buy_order_id: int) -> bool:
        """Whether a BUY counts with all its fills, those from before the pair's history included.

        A person or a SELL of ours named it, or it has such a fill; or it is a lot that a lost database may have had.
        """
        lot, begins_ms = self.lots.get(buy_order_id), self._history_from_ms
        is_older = lot is not None and begins_ms is not None and lot.opened_ms < begins_ms
        return buy_order_id in self.buys_to_rebuild or is_older or (lot is not None and self._is_database_lost)

    def is_before_history(self, fill: Fill) -> bool:
        """Whether the fill of a BUY is from before the pair's history, and no part of a lot."""
        return self._is_early(fill) and not self._is_lost(fill) and not self.counts_whole(fill.order_id)

    def _is_early(self, fill: Fill) -> bool:
        return self._history_from_ms is not None and fill.time_ms < self._history_from_ms

    def _is_lost(self, fill: Fill) -> bool:
        """Whether it is of a lot that was lost with the database: the exchange showed it later than older trades."""
        return self._is_database_lost and self._cursor is not None and fill.trade_id > self._cursor

    # Lots to be rebuilt from the exchange

    def request_rebuild(self, buy_order_id: int) -> None:
        """The BUY is to become a lot: its fills have to be read."""
        self._rebuild.request(buy_order_id)

    def note_database_lost(self) -> None:
        """SELLs of ours are on the exchange from before the pair's history: an earlier database had their lots."""
        self._is_database_lost = True

    def unproven_lots(self) -> list[Lot]:
        """The lots without a known SELL that may have one all the same."""
        return [lot for lot in self.lots.being_read() if lot.buy_order_id in self._rebuild.unproven and not lot.orders]

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
        for each in self.manual_sales.disposals_of_finished(buy_order_id):
            self.lots.store(with_disposal(self.lots[buy_order_id], each))
        if reports or any(self._is_up_to_cursor(fill) or self._is_early(fill) for fill in fills):
            self.hold_until_read(buy_order_id)
        for report in reports:
            self.apply_report(report)
        return self.lots[buy_order_id]

    def hold_until_read(self, buy_order_id: int) -> Lot | None:
        """For a lot with fills from before our time: SELLs that nobody here knows may have sold them."""
        if self._is_database_lost:
            self._rebuild.unproven.add(buy_order_id)
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
            changed = self.apply_report(report) or changed
        return changed

    # Sales, coins and values that no trade of ours tells

    def set_fee_value(self, buy_order_id: int, value: FeeValue) -> Lot | None:
        """The value in quote of one of the lot's commissions is known."""
        lot = self.lots[buy_order_id]
        valued = with_fee_value(lot, value)
        if valued is not lot:
            for fill in (each for each in lot.buys if each.trade_id == value.trade_id):
                valued = self._with_found_costs(valued, fill.time_ms)
        return self.lots.store_if_changed(lot, valued)

    def apply_manual_sales(self) -> list[Disposal]:
        """Takes from the lots what was sold by hand, and returns it. To be called before anything is decided.

        Trades up to the cursor were applied already; only lots that are being rebuilt still need them, for what no
        other lot gave.
        """
        found: list[Disposal] = []
        for _, sale in sorted(self.manual_sales.unsettled_trades.items()):
            if self.manual_sales.is_accounted_for(sale):
                continue
            is_applied = self._is_up_to_cursor(sale)
            lots = self.lots.being_read() if is_applied else list(self.lots.values())
            seller = self.order_lists.lot_sold_by(sale.list_id)
            claim = claim_on(lots, sale, self.base, self._given_by_others(sale, lots), seller)
            found += self._dispose(claim.disposals)
            if not is_applied:
                self.manual_sales.debts.set(CoinDebt(sale, claim.owed, claim.covered_ms))
        paid = self.manual_sales.debts.payments(list(self.lots.values()))
        return found + self._dispose([disposal_of(lot, sale, part, self.base) for lot, sale, part in paid])

    def _dispose(self, disposals: list[Disposal]) -> list[Disposal]:
        for each in disposals:
            self.lots.dispose(each)
        return disposals

    def _given_by_others(self, sale: Fill, lots: Iterable[Lot]) -> Decimal:
        """What lots gave for a manual sale (base) that are not among these, also those that are finished."""
        others = self.lots.index.disposed - {lot.buy_order_id for lot in lots}
        given = given_for(sale, (self.lots[number] for number in others))
        return total((given, self.manual_sales.given_by_finished(sale.trade_id, self.lots)))

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
        evidence = cursor, len(self.manual_sales.unsettled_trades)
        is_new, self._archived_by = evidence != self._archived_by, evidence
        finished = [
            lot
            for lot in (self.lots[number] for number in self.lots.index.take_closed(is_complete=is_new))
            if is_finished(lot, cursor, keeps_dust=keeps_dust) and not self.manual_sales.concerns_any(lot.disposals)
        ]
        self.lots.archive(finished)
        for lot in finished:
            self.order_lists.forget(lot.buy_order_id)
        self.manual_sales.note_finished(each for lot in finished for each in lot.disposals)
        return finished

    def _is_up_to_cursor(self, fill: Fill) -> bool:
        """Whether it was accounted for before: a late copy of it must not be sold again."""
        is_read = self._cursor is not None and 0 <= fill.trade_id <= self._cursor
        return is_read and fill.trade_id not in self._missed
