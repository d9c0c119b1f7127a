"""Reconciliation of a pair with the exchange: which questions to ask, and when all is accounted for. No I/O.

First it asks for the trades from the cursor on, and for the open orders. Then it asks one by one for what is
unexplained: a SELL of ours that is not among the open orders, a SELL trade of an unknown order, a SELL that names an
unknown BUY. For a lot rebuilt from its SELL it reads the trades from the lot's first trade on. Live events may arrive
in between: the book takes every fact twice, and in any order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from lotkeeper.trading.book.coin_debts import KEPT_MS
from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import HoldEvent
from lotkeeper.trading.lots.transfers import Disposal
from lotkeeper.trading.orders.client_ids import sell_name
from lotkeeper.trading.orders.fills import Fill, Side, UnreadableTrade
from lotkeeper.trading.orders.order import OrderReport, SellOrder, with_asked_id
from lotkeeper.trading.orders.states import ON_BOOK
from lotkeeper.trading.recovery.allocations import allocations_after, bought
from lotkeeper.trading.recovery.history import TradeHistory
from lotkeeper.trading.recovery.listed_orders import ListedOrders
from lotkeeper.trading.recovery.lost_lots import LostBuys
from lotkeeper.trading.recovery.overlap import Overlap
from lotkeeper.trading.recovery.questions import (
    NEWEST,
    PAGE,
    AllocationsOfOrder,
    AllocationsSince,
    NewestOrders,
    NewestTrades,
    OlderTrades,
    OpenOrders,
    OrderByClientId,
    OrderById,
    Question,
    TradesFrom,
    TradesOfOrder,
    TradesSince,
)
from lotkeeper.trading.recovery.unreadable import UnreadableTrades, ids_of

NO_TRADE = -1  # the cursor of a pair that has never traded
_DAY_MS = 86_400_000  # a window of time holds no more (Binance rest-api.md, myTrades)
_FIRST_STEP = 1 << 20  # trade ids count the trades of all accounts on the pair
_MOST_BEHIND_MS = 60_000  # an answer about orders may be from so long ago


@dataclass(slots=True)
class Reconciliation:
    """One pass over a pair: a method that takes an answer returns the next questions, until `is_done`."""

    book: PairBook
    cursor: int | None  # the last trade id proven to be in the book; None on a first start ever
    started_ms: int
    changed_lots: set[int] = field(default_factory=set)  # by BUY order id
    new_fills: list[Fill] = field(default_factory=list)  # from the cursor on, and new to the book
    new_disposals: list[Disposal] = field(default_factory=list)  # what lots gave for manual sales
    # SELLs that are believed to be on the exchange's book, and that the exchange does not know.
    sells_unknown_to_exchange: list[SellOrder] = field(default_factory=list)
    # SELLs that a comparison shows open although their lots are finished: they stand on coins of other lots.
    late_sells: list[OrderReport] = field(default_factory=list)
    _pending: set[Question] = field(default_factory=set)
    _asked: set[Question] = field(default_factory=set)
    _listed: ListedOrders = field(default_factory=ListedOrders)
    # BUYs that were filled more than the fills here say, by order id.
    _buys_lacking_fills: dict[int, OrderReport] = field(default_factory=dict)
    since_ms: int | None = None  # BUYs from this moment on are adopted, also those from before the cursor
    # Whether queries tell of every SELL that an earlier process of ours may have sent: none can be on its way any more.
    is_settled: bool = True
    exchange_ahead_ms: int = 0  # how far the exchange's clock is ahead of that of `started_ms`
    overlap: Overlap = field(default_factory=Overlap)  # what earlier passes have read
    read_ids: set[int] = field(default_factory=set)  # of the trades after its cursor that the pass was shown
    unreadable: UnreadableTrades = field(default_factory=UnreadableTrades)  # of this pass and earlier ones
    has_missed: bool = False  # whether a trade was shown that earlier answers lacked
    is_sparing: bool = False  # a first start asks for the newest orders only if the pair has traded
    allocations_since_ms: int | None = None  # coins came without a trade, perhaps by smart order routing since then
    _first_trade_id: int = 0  # the trade id that the pass began with
    _history: TradeHistory = field(default_factory=TradeHistory)
    _rows: int = 0  # how many the answer has that is being taken
    _newest: Sequence[Fill] = ()  # the newest trades, as a first start was shown them
    _lost: LostBuys | None = None  # what the database has lost; None where it has a cursor
    _has_traded: bool = False  # or has an open order
    # Lots left to an order list (BUY order ids) whose BUY had ended when the pass began.
    _ended_before: frozenset[int] = frozenset()
    _lost_by_order: set[int] = field(default_factory=set)  # those of its BUYs (order ids) that the orders told of

    @property
    def cursor_at_start(self) -> int:
        """The last trade that was accounted for when the pass began; on a first start the last before its moment."""
        return self._first_trade_id - 1

    @property
    def is_done(self) -> bool:
        return not self._pending

    def begin(self) -> tuple[Question, ...]:
        self._ended_before = frozenset(lot.buy_order_id for lot in self.book.order_lists.lots() if lot.buy_ended)
        allocations = [] if self.allocations_since_ms is None else [AllocationsSince(self.allocations_since_ms)]
        if self.cursor is None:
            self.book.history.begin(self.started_ms + self.exchange_ahead_ms)
            self._lost = LostBuys() if self.book.adopts_all_buys else None
            at_once = [] if self.is_sparing else self._newest_orders()
            return self._ask(NewestTrades(), OpenOrders(), *at_once, *allocations)
        return self._ask(*self._from_cursor(self.cursor), OpenOrders(), *allocations)

    def apply_trades(
        self, question: Question, fills: Sequence[Fill], unreadable: Sequence[UnreadableTrade] = ()
    ) -> tuple[Question, ...]:
        """Takes the answer to a question for trades; returns what to ask next. Raises ImpossibleError."""
        self._pending.discard(question)
        self._rows = len(fills) + len(unreadable)
        is_history = isinstance(question, TradesFrom) and self._history.is_reading(question.trade_id)
        is_of_lot = is_history or isinstance(question, TradesOfOrder | OlderTrades)
        begins_ms = None if is_of_lot else self.book.history.from_ms
        self.unreadable.note(self.book, unreadable, self.cursor_at_start, begins_ms, self.overlap.seen)
        self._history.note_unreadable(unreadable)
        if isinstance(question, NewestTrades):
            self._has_traded |= bool(fills)
            self._newest = fills
            return self._next(*self._after_newest_trades(fills))
        if isinstance(question, TradesSince):
            return self._next(*self._after_trades_since(question.time_ms, fills))
        if isinstance(question, OlderTrades):
            return self._next(*self._questions_further_back(question.trade_id, question.is_found, fills))
        if isinstance(question, AllocationsSince | AllocationsOfOrder):
            for fill in bought(fills):
                self._note(self.book.apply_fill(fill))
            return self._next(*allocations_after(question, fills))
        if isinstance(question, TradesOfOrder) and self._lost is not None:
            self._lost.take_named_trades(question.order_id, fills)
            self._history.record_buy(self.book, question.order_id, fills)  # it is not asked for again
        if isinstance(question, TradesOfOrder) and self._must_read_buy(question.order_id):
            self._history.record_buy(self.book, question.order_id, fills)
            return self._next()
        if isinstance(question, TradesFrom) and self._history.is_reading(question.trade_id):
            return self._next(*self._after_past_trades(question.trade_id, fills))
        if isinstance(question, TradesOfOrder):
            for fill in fills:
                self._note(self.book.apply_fill(fill))
            return self._next(*self._after_order_trades(question.order_id, fills))
        self._apply_new(fills)
        self.cursor = max([-1 if self.cursor is None else self.cursor, *ids_of(unreadable)])
        return self._next(*(self._page_after_cursor() if self._rows >= PAGE else []))

    def apply_orders(self, question: Question, reports: Sequence[OrderReport]) -> tuple[Question, ...]:
        """Takes the answer to a question for orders, empty if the exchange knows none. Raises ImpossibleError."""
        self._pending.discard(question)
        for report in reports:
            self.book.paid_sells.note_buy(report)
        if self._lost is not None and isinstance(question, NewestOrders | OpenOrders):
            self._look_for_lost(reports)
        if isinstance(question, NewestOrders):
            return self._next()
        if isinstance(question, OpenOrders):
            self._has_traded |= bool(reports)
            self.book.other_orders.clear()
        if not reports:
            self.sells_unknown_to_exchange += _sells_on_book(self.book, question)
        if isinstance(question, OrderByClientId):
            reports = [with_asked_id(each, question.client_id) for each in reports]
            for report in reports:  # a BUY that was cancelled has another name by now
                self.book.paid_sells.note_buy(report)
        for report in reports:
            self._listed.note(report)
            self._take_order(report)
        sells = list(self.book.paid_sells.pop_known())
        if self._lost is not None and sells:
            self._look_for_lost(sells)
        for report in sells:
            self._take_order(report)
        return self._next()

    def _take_order(self, report: OrderReport) -> None:
        self.unreadable.identify(report.order_id)
        if self._history.set_aside_if_lost(self.book, report):
            return
        if not report.is_final and self.book.sells.late_name_of(report) is not None:
            self.late_sells.append(report)
        self._note(self.book.apply_report(report))
        is_lacking = _known_quantity(self.book, report) < report.executed
        if is_lacking and report.order_id not in self.unreadable.orders:
            self._buys_lacking_fills[report.order_id] = report

    def _look_for_lost(self, reports: Sequence[OrderReport]) -> None:
        """Orders of ours show that the database was lost."""
        if self._lost is not None:
            self._lost.take_orders(self.book, reports)
            if self._lost.newest_named is not None:
                self.book.history.note_database_lost()

    def _from_cursor(self, cursor: int) -> list[Question]:
        back = self._begin_at(cursor)
        return [*self._page_after_cursor(), *back]

    def _begin_at(self, cursor: int) -> list[Question]:
        """The trades after `cursor` are those of this pass; asks for older ones where BUYs are to be adopted."""
        self.cursor = cursor
        self._history.read_from = self._first_trade_id = cursor + 1
        return [] if self.since_ms is None else [OlderTrades(max(cursor + 1 - _FIRST_STEP, 0))]

    def _page_after_cursor(self) -> list[Question]:
        assert self.cursor is not None
        return [TradesFrom(self.cursor + 1)]

    def _apply_new(self, fills: Iterable[Fill]) -> None:
        """Takes trades from after the cursor, which moves on to the last of them."""
        for fill in fills:
            if self.overlap.is_missed(fill.trade_id, self.book.cursor):
                self.has_missed = True
                self.book.history.note_missed(fill.trade_id)
            self.read_ids.add(fill.trade_id)
            lot = self.book.apply_fill(fill)
            self._note(lot)
            if lot is not None:
                self.new_fills.append(fill)
            self.cursor = max(fill.trade_id, -1 if self.cursor is None else self.cursor)

    def _newest_orders(self) -> list[Question]:
        """They tell whether the database was lost. A pair that never traded had nothing to lose."""
        return [NewestOrders()] if self._lost is not None and (self._has_traded or not self.is_sparing) else []

    # A first start: the cursor is found by the moment at which the history begins

    @property
    def _begins_ms(self) -> int:
        assert self.book.history.from_ms is not None
        return self.book.history.from_ms

    def _after_newest_trades(self, fills: Sequence[Fill]) -> list[Question]:
        """All since the moment are among them if the oldest is from before it, or if there are no more."""
        if fills and self._rows >= NEWEST and fills[0].time_ms >= self._begins_ms:
            return [TradesSince(self._begins_ms)]
        return self._count_from_moment(fills, are_all=self._rows < NEWEST)

    def _after_trades_since(self, time_ms: int, fills: Sequence[Fill]) -> list[Question]:
        """A page of fewer trades may be the end of a window of time: what follows is read by trade id."""
        if fills:
            return [*self._count_from_moment(fills), *self._page_after_cursor()]
        later_ms = time_ms + _DAY_MS
        return [TradesSince(later_ms)] if later_ms < self._newest[0].time_ms else self._count_from_moment(self._newest)

    def _count_from_moment(self, fills: Sequence[Fill], *, are_all: bool = False) -> list[Question]:
        """Of these trades those since the moment count; the cursor begins at the last trade before it.

        With no trade before it, and if these `are_all` of the pair, it begins before the first. What is read again
        begins there as well: the answer may lack the oldest trade.
        """
        counted = [fill for fill in fills if fill.time_ms >= self._begins_ms]
        first = NO_TRADE if are_all or not counted else counted[0].trade_id - 1
        back = self._begin_at(max((fill.trade_id for fill in fills if fill not in counted), default=first))
        self._apply_new(counted)
        return back

    # A lost database

    def _request_lost(self, buy_order_id: int) -> None:
        """The BUY becomes a lot with all its trades, unless it is one. It may have been asked about for its mark."""
        if buy_order_id not in self.book.lots.archived and not self.book.buys.counts_whole(buy_order_id):
            self._asked.discard(TradesOfOrder(buy_order_id))
            self.book.request_rebuild(buy_order_id)

    def _request_lost_by_order(self, lost: LostBuys) -> None:
        """Each once: what no question shows now is found when its trades are shown."""
        for report in lost.lost_by_order():
            is_lacking = report.order_id not in self.book.lots or _known_quantity(self.book, report) < report.executed
            if is_lacking and report.order_id not in self._lost_by_order:
                self._request_lost(report.order_id)
            self._lost_by_order.add(report.order_id)

    def _questions_about_lost(self) -> list[Question]:
        """Finds the newest BUY that a SELL of ours names, and reads the trades since then."""
        lost = self._lost
        if lost is None or lost.newest_named is None:
            return []
        if lost.first_trade_id is None:
            return [TradesOfOrder(lost.newest_named)]
        self._request_lost_by_order(lost)
        first = lost.first_trade_id
        return [OlderTrades(first, is_found=True)] if first < self._first_trade_id else []

    # BUYs from before the cursor that are to become lots

    def _questions_further_back(self, start: int, is_found: bool, fills: Sequence[Fill]) -> list[Question]:
        """Goes back in steps that double until a page begins before the date, then forward page by page to the cursor.

        It goes by trade id, because a window of time is limited to 24 hours (Binance rest-api.md, myTrades), and the
        account may not have traded for years. Pages read on the way back are read again on the way forward.
        """
        if not is_found:
            assert self.since_ms is not None
            is_later = start > 0 and (not fills or fills[0].time_ms >= self.since_ms)
            further = max(self._first_trade_id - 2 * (self._first_trade_id - start), 0)
            return [OlderTrades(further) if is_later else OlderTrades(start, is_found=True)]
        for fill in self._completed(start, fills):
            if fill.trade_id < self._first_trade_id:
                self._request_if_wanted(fill)
        following = fills[-1].trade_id + 1 if fills and self._rows >= PAGE else self._first_trade_id
        return [OlderTrades(following, is_found=True)] if following < self._first_trade_id else []

    def _completed(self, start: int, fills: Sequence[Fill]) -> Sequence[Fill]:
        """A page of trades from before the cursor, with those at its end that the newest trades have shown.

        The page may come from a database of the exchange that is behind, and no later pass reads so far back.
        """
        last = fills[-1].trade_id if fills else start - 1
        return fills if self._rows >= PAGE else [*fills, *(each for each in self._newest if each.trade_id > last)]

    def _request_if_wanted(self, fill: Fill) -> None:
        if self._lost is not None and self._lost.is_lost(fill):
            self._request_lost(fill.order_id)
        is_adopted = fill.side is Side.BUY and self.since_ms is not None and self.since_ms <= fill.time_ms
        is_lacking = fill.order_id not in self.book.lots or self.book.buys.is_before_history(fill)
        if is_adopted and is_lacking and fill.order_id not in self.book.lots.archived:
            self.book.request_rebuild(fill.order_id)
        if fill.order_id in self.book.buys_to_rebuild:  # the question for all of its trades may not show this one yet
            self._note(self.book.apply_fill(fill))

    def _after_order_trades(self, order_id: int, fills: Sequence[Fill]) -> list[Question]:
        was_missing = order_id in self.book.buys_to_rebuild
        self._note(self.book.rebuild_lot(order_id))
        short = self._buys_lacking_fills.pop(order_id, None)
        if short is not None:
            self._note(self.book.apply_report(short))
            if short.is_sor:
                return [AllocationsOfOrder(order_id)]
        if order_id in self.book.lots:
            self._note(self.book.restore_closed_sells(order_id))
        if order_id in self.book.lots and (was_missing or short is not None):
            first = self.book.lots[order_id].buys[0].trade_id
            if first < self._first_trade_id:
                self._note(self.book.hold_until_read(order_id))
                return self._trades_from(self._history.back_to(first))
        return self._trades_from(self._history.back_to(fills[0].trade_id)) if fills and self._rows >= PAGE else []

    def _after_past_trades(self, start: int, fills: Sequence[Fill]) -> list[Question]:
        for fill in self._history.relevant_fills(self.book, start, self._completed(start, fills)):
            self._note(self.book.apply_fill(fill))
        return self._trades_from(self._history.next_page(start, fills)) if fills and self._rows >= PAGE else []

    def _trades_from(self, trade_id: int | None) -> list[Question]:
        return [] if trade_id is None else [TradesFrom(trade_id)]

    def _note(self, lot: object) -> None:
        buy_order_id = getattr(lot, "buy_order_id", None)
        if buy_order_id is not None:
            self.changed_lots.add(buy_order_id)

    def _next(self, *more: Question) -> tuple[Question, ...]:
        asked = self._ask(*more)
        asked = asked if self._pending else self._ask(*self._newest_orders())
        asked = asked if self._pending else self._ask(*self._questions_about_unexplained())
        if not self._pending:
            self._settle_rebuilt()
        return asked

    def _questions_about_unexplained(self) -> list[Question]:
        about_lost = self._questions_about_lost()
        lots = self.book.lots.values()
        buys = (lot.buy_order_id for lot in lots if not lot.buy_ended)
        lacking = (order.order_id for lot in lots for order in lot.sells_lacking_fills() if order.order_id is not None)
        first = min((fill.trade_id for lot in self.book.lots.being_read() for fill in lot.buys), default=None)
        lost = (
            [] if first is None else self._history.buys_to_read(filter(self._must_read_buy, self.book.closed_lot_sells))
        )
        return [
            *self._listed.questions_about_others(self.book),
            *(OrderByClientId(name) for name in self.book.paid_sells.unknown_purchases),
            *(OrderById(order_id) for order_id in (*self.book.manual_sales.unattributed, *buys)),
            *(
                TradesOfOrder(order_id)
                for order_id in (*self.book.buys_to_rebuild, *self._buys_lacking_fills, *lacking, *lost)
            ),
            *(self._trades_from(self._history.back_to(first)) if first is not None else []),
            *(each for number in self.unreadable.orders_to_ask for each in (OrderById(number), TradesOfOrder(number))),
            *about_lost,
        ]

    def _must_read_buy(self, buy_order_id: int) -> bool:
        book = self.book
        return (
            buy_order_id in book.closed_lot_sells
            and buy_order_id not in book.buys_to_rebuild
            and buy_order_id not in self._buys_lacking_fills
        )

    def _settle_rebuilt(self) -> None:
        """Frees the rebuilt lots, because all trades since they were bought are read, unless a person has to be asked.

        Manual sales are taken from them first; that settles the sales from before this pass. What is left to an order
        list stays so until the exchange shows no SELL of the list, asked when the end of the BUY was known.
        """
        waiting = set() if self.is_settled else {lot.buy_order_id for lot in self.book.unproven_lots()}
        self.unreadable.settle(self.book)
        self._settle_manual_sales(is_open=bool(waiting))
        for lot in (lot for lot in self.book.lots.being_read() if lot.buy_order_id not in waiting):
            for transfer in self._history.lost_dust_transfers(self.book, lot):
                self._note(self.book.lots.record_dust_given(transfer))
            doubt = self._history.doubt_about(self.book.lots[lot.buy_order_id]) or self.unreadable.doubt
            event = HoldEvent.DOUBTED if doubt else HoldEvent.READ
            self._note(self.book.lots.apply_hold_event(lot.buy_order_id, event, doubt))
        for changed in self.book.order_lists.free(self._proven_lists()):
            self._note(changed)

    def _proven_lists(self) -> frozenset[int]:
        """The BUYs (order ids) in order lists whose open SELLs the answers of this pass have shown, if there are any.

        The exchange has placed the SELL that a filled BUY of ours pays for. An answer that is behind may not show it.
        """
        behind_since_ms = self.started_ms + self.exchange_ahead_ms - _MOST_BEHIND_MS
        unseen = (self.book.lots[number] for number in self.book.order_lists.unseen_paid_sells())
        young = {lot.buy_order_id for lot in unseen if max(fill.time_ms for fill in lot.buys) > behind_since_ms}
        return (self._ended_before & self._listed.ended_buys) - young

    def _settle_manual_sales(self, *, is_open: bool) -> None:
        """With no order in flight we know everything that locked coins before this pass: the rest of a manual sale came
        from coins outside our lots. They stay open while a lot may have SELLs that are not known yet (`is_open`), and
        until the trades up to them were read twice: the coins may be those of a BUY that the answers do not show yet.
        """
        self.new_disposals += self.book.apply_manual_sales()
        self.changed_lots |= {each.buy_order_id for each in self.new_disposals}
        if not is_open and not self.book.lots.index.awaited:
            start = self.cursor_at_start
            proven = start if self.cursor is None else self.overlap.proven_cursor(start, self.cursor, self.read_ids)
            began_ms = self.started_ms + self.exchange_ahead_ms
            self.book.manual_sales.settle_before(began_ms, proven)
            self.book.manual_sales.debts.forget_before(began_ms - KEPT_MS)

    def _ask(self, *questions: Question) -> tuple[Question, ...]:
        """The questions not asked before in this pass, so that no question is asked for ever."""
        fresh = tuple(question for question in dict.fromkeys(questions) if question not in self._asked)
        self._asked.update(fresh)
        self._pending.update(fresh)
        return fresh


def starting_cursor(lots: Iterable[Lot], cursor: int | None, history_from_ms: int | None = None) -> int | None:
    """Where counting begins: at the cursor. None if the first pass has to find it by the moment of the history's start.

    An earlier version recorded no such moment, and perhaps lots before its first pass was done: then it is before the
    first trade of the lots.
    """
    if cursor is not None or history_from_ms is not None:
        return cursor
    return min((fill.trade_id - 1 for lot in lots for fill in lot.buys if fill.trade_id >= 0), default=None)


def _sells_on_book(book: PairBook, question: Question) -> list[SellOrder]:
    """The SELLs that the question is about and that are believed to stand on the exchange's book."""
    if isinstance(question, OrderById):
        lot = book.lots.get(book.lots.index.lot_of_order.get(question.order_id, -1))
        found = [order for order in lot.orders if question.order_id in order.order_ids] if lot else []
    else:
        name = sell_name(question.client_id) if isinstance(question, OrderByClientId) else None
        order = book.lots.sell(name) if name else None
        found = [order] if order else []
    return [order for order in found if order.state in ON_BOOK]


def _known_quantity(book: PairBook, report: OrderReport) -> Decimal:
    """How much of a BUY (base) the book has; all of it if the book has no such lot."""
    lot = book.lots.get(report.order_id) if report.side is Side.BUY else None
    return book.buys.known_quantity(lot) if lot else report.executed
