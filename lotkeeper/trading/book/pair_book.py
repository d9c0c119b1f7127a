"""All that is known of one pair: its lots, and how fills and reports of the exchange change them.

Every method may be called with the same fact twice. The book composes what is known: what changes a lot otherwise
stands in lots.py, what BUYs and our SELLs do in lot_buys.py and lot_sells.py, what is kept of SELLs that no lot has in
manual_sales.py, and what is kept of lots that the book does not have yet in rebuild.py.
"""

from collections.abc import Collection, Iterable, Mapping
from copy import deepcopy
from decimal import Decimal

from lotkeeper.trading.book.balance_check import BalanceCheck
from lotkeeper.trading.book.coin_debts import CoinDebt
from lotkeeper.trading.book.lot_buys import LotBuys
from lotkeeper.trading.book.lot_changes import is_finished
from lotkeeper.trading.book.lot_sells import LotSells
from lotkeeper.trading.book.lots import Lots
from lotkeeper.trading.book.manual_sales import ManualSales, claim_on, disposal_of, given_for
from lotkeeper.trading.book.order_lists import OrderLists
from lotkeeper.trading.book.other_orders import OtherOrders
from lotkeeper.trading.book.paid_sells import PaidSells
from lotkeeper.trading.book.pair_history import PairHistory
from lotkeeper.trading.book.pair_terms import PairTerms
from lotkeeper.trading.book.rebuild import LotsToRebuild, with_known_transfers
from lotkeeper.trading.lots.attempts import without_old_setbacks
from lotkeeper.trading.lots.lot import Lot, with_disposal, with_fee_value, with_sell
from lotkeeper.trading.lots.states import READING, HoldEvent
from lotkeeper.trading.lots.transfers import Disposal
from lotkeeper.trading.money import total
from lotkeeper.trading.orders.fills import FeeValue, Fill, Side
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.policy import ExitPolicy, Market
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
        self.history = PairHistory(history_from_ms)
        self.manual_sales = ManualSales()  # SELLs that no lot has
        self.paid_sells = PaidSells()  # SELLs that BUYs of ours pay for
        self.order_lists = OrderLists(self.lots, self.paid_sells)  # lists that BUYs of lots belong to
        self.other_orders = OtherOrders()  # on the exchange's book, and not ours
        self.balance_check = BalanceCheck()  # compares the account's balance with the trades
        self._terms = PairTerms(symbol, base, quote, market, policy, adopts_all_buys)
        self._rebuild = LotsToRebuild()
        known = self._terms, self.lots, self._rebuild, self.order_lists
        self.buys = LotBuys(*known, self.history)
        self.sells = LotSells(*known, paid_sells=self.paid_sells, manual_sales=self.manual_sales)
        # By which cursor, and with how many manual sales unsettled, finished lots were looked for.
        self._archived_by: tuple[int, int] | None = None

    # What the book knows beside its lots

    @property
    def market(self) -> Market | None:
        return self._terms.market

    @property
    def policy(self) -> ExitPolicy | None:
        return self._terms.policy

    @property
    def terms(self) -> tuple[Market, ExitPolicy]:
        """On which lots are sold; they have to be known by then."""
        market, policy = self._terms.market, self._terms.policy
        assert market is not None
        assert policy is not None
        return market, policy

    @property
    def adopts_all_buys(self) -> bool:
        return self._terms.adopts_all_buys

    @property
    def cursor(self) -> int | None:
        """All trades up to this id are accounted for."""
        return self.history.cursor

    @property
    def buys_to_rebuild(self) -> Collection[int]:
        """The BUYs (order ids) whose fills have to be read, because no lot has them."""
        return self._rebuild.sells.keys()

    @property
    def closed_lot_sells(self) -> Mapping[int, list[OrderReport]]:
        """The finished SELLs of lots that were lost with the database, by BUY order id."""
        return self._rebuild.closed_lot_sells

    def safe_cursor(self, cursor: int) -> int:
        """How far the cursor may go, at most to `cursor`: up to the first sale that lots may still have to give for.

        Allocations of smart order routing have negative ids: no cursor brings them back, so they do not hold it up.
        """
        sales = (sale for sale in self.manual_sales.trades_without_lots() if sale.trade_id >= 0)
        waiting = (sale for sale in sales if not self.history.is_up_to_cursor(sale))
        return min([cursor, *(sale.trade_id - 1 for sale in waiting)])

    def knows_lot(self, buy_order_id: int) -> bool:
        """Whether the lot is in the book, or was until it was finished."""
        return buy_order_id in self.lots or buy_order_id in self.lots.archived

    def copy(self) -> "PairBook":
        """A book with the same lots to try things on; what is frozen is shared."""
        frozen = (*self.lots.values(), self.market, self.policy)
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
        self.buys.note_loaded()

    def set_terms(self, market: Market | None, policy: ExitPolicy | None) -> None:
        self._terms.market, self._terms.policy = market, policy
        self.lots.index.dust.forget(self.lots.index.remainders)

    def set_cursor(self, cursor: int | None) -> None:
        """All trades up to this id are accounted for."""
        self.history.cursor = cursor

    # What the exchange says

    def apply_fill(self, fill: Fill) -> Lot | None:
        """The lot that a fill changed; None when the fill is known already, or of a SELL that no lot has."""
        self.balance_check.count_trade(fill, self.base, self.history.cursor)
        if fill.side is Side.BUY:
            self.order_lists.note_buy(fill.order_id, fill.list_id)
            return self.buys.apply_fill(fill)
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
        name = self.sells.name_of(report) if report.side is Side.SELL else None
        if name is None:
            self.other_orders.note(report)
        if report.side is Side.BUY:
            self.paid_sells.note_buy(report)
            self.order_lists.note_buy(report.order_id, report.list_id)
            return self.buys.apply_report(report)
        if name is None:
            self._note_other_sell(report)
            return None
        if name.is_paid:
            self.other_orders.forget(report.order_id)
        return self.sells.apply_report(name, report, is_certain=is_certain)

    def _note_other_sell(self, report: OrderReport) -> None:
        """A SELL that is not known to be ours: a person made it, unless a BUY of ours pays for it.

        Of such a one the BUY is asked for once it has begun; before, it only stands in an order list.
        """
        if not self.paid_sells.is_one(report):
            self.order_lists.note_sell(report)
            self.manual_sales.record_order(report.order_id)
        elif report.has_begun:
            self.paid_sells.keep(report)
        else:
            self.order_lists.note_sell(report)

    # Lots to be rebuilt from the exchange

    def request_rebuild(self, buy_order_id: int) -> None:
        """The BUY is to become a lot: its fills have to be read."""
        self._rebuild.request(buy_order_id)

    def unproven_lots(self) -> list[Lot]:
        """The lots without a known SELL that may have one all the same."""
        return [lot for lot in self.lots.being_read() if lot.buy_order_id in self._rebuild.unproven and not lot.orders]

    def rebuild_lot(self, buy_order_id: int) -> Lot | None:
        """Builds a lot after its BUY's fills were read, with the SELL reports kept for it; None without any fill.

        A lot that may have sold before is held until its history has been read, so that nothing is sold twice.
        """
        reports, fills = self._rebuild.pop(buy_order_id)
        for fill in fills:
            self.buys.add_fill(fill)
        if buy_order_id not in self.lots:
            return None
        self.lots.store(with_known_transfers(self.lots[buy_order_id], self.lots.dust_transfers()))
        for each in self.manual_sales.disposals_of_finished(buy_order_id):
            self.lots.store(with_disposal(self.lots[buy_order_id], each))
        if reports or any(self.history.is_up_to_cursor(fill) or self.history.is_early(fill) for fill in fills):
            self.hold_until_read(buy_order_id)
        for report in reports:
            self.apply_report(report)
        return self.lots[buy_order_id]

    def hold_until_read(self, buy_order_id: int) -> Lot | None:
        """For a lot with fills from before our time: SELLs that nobody here knows may have sold them."""
        if self.history.is_database_lost:
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
                valued = self._terms.with_found_costs(valued, fill.time_ms)
        return self.lots.store_if_changed(lot, valued)

    def apply_manual_sales(self) -> list[Disposal]:
        """Takes from the lots what was sold by hand, and returns it. To be called before anything is decided.

        Trades up to the cursor were applied already. Only lots that are being rebuilt still need them: they give what
        no other lot gave.
        """
        if not self.manual_sales.unsettled_trades and not self.manual_sales.debts.are_any:
            return []
        found: list[Disposal] = []
        for _, sale in sorted(self.manual_sales.unsettled_trades.items()):
            if self.manual_sales.is_accounted_for(sale):
                continue
            is_applied = self.history.is_up_to_cursor(sale)
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
        self.buys.add_fill(fill)
        lot = replace(self.lots[fill.order_id], buy_ended=True)
        self.lots.store(lot)
        return lot

    # What is over

    def archive_finished(self, cursor: int) -> list[Lot]:
        """Drops the lots of which no news can come, with all trades up to `cursor` accounted for; returns them."""
        evidence = cursor, len(self.manual_sales.unsettled_trades)
        is_new, self._archived_by = evidence != self._archived_by, evidence
        closed = (self.lots[number] for number in self.lots.index.take_closed(is_complete=is_new))
        finished = [lot for lot in closed if self._is_finished(lot, cursor)]
        self.lots.archive(finished)
        for lot in finished:
            self.order_lists.forget(lot.buy_order_id)
        self.manual_sales.note_finished(each for lot in finished for each in lot.disposals)
        return finished

    def _is_finished(self, lot: Lot, cursor: int) -> bool:
        is_over = is_finished(lot, cursor, keeps_dust=self._terms.keeps_dust)
        return is_over and not self.manual_sales.concerns_any(lot.disposals)
