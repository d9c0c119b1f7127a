"""Reconciliation of a pair with the exchange: which questions to ask, and when all is accounted for. No I/O.

Trades come first by the cursor of trade ids; open orders beside them. What is then unexplained (a SELL of ours that
is not among the open orders, a SELL trade of an order not known, a SELL that names a BUY not known) is asked for one by
one. A lot rebuilt from its SELL has its past read, from its first trade on. Live events may arrive in between: the
book takes everything twice and in any order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.disposal import Disposal
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import HoldEvent
from lotkeeper.trading.money import ZERO
from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import OrderReport, SellOrder, found_by_name
from lotkeeper.trading.orders.states import AWAITED
from lotkeeper.trading.recovery.history import History

PAGE = 1000  # Binance rest-api.md, myTrades: the most trades an answer holds
_FIRST_STEP = 1 << 20  # trade ids count all trades of the pair, whoever made them
BACKEND_MS = 10_000  # Binance rest-api.md, general information: the time-out of the exchange's own backend


@dataclass(frozen=True, slots=True)
class NewestTrade:
    """The newest trade of the pair: where a first start begins to count."""


@dataclass(frozen=True, slots=True)
class TradesFrom:
    """Trades from this id on, the oldest first, one page."""

    trade_id: int


@dataclass(frozen=True, slots=True)
class OlderTrades:
    """Trades from this id on like TradesFrom, asked to find those since a date: BUYs among them are to be adopted.

    `is_found`: the date is within or before them, and they are read on from here.
    """

    trade_id: int
    is_found: bool = False


@dataclass(frozen=True, slots=True)
class TradesOfOrder:
    order_id: int


@dataclass(frozen=True, slots=True)
class OpenOrders:
    pass


@dataclass(frozen=True, slots=True)
class OrderByClientId:
    client_id: str


@dataclass(frozen=True, slots=True)
class OrderById:
    order_id: int


Question = NewestTrade | TradesFrom | OlderTrades | TradesOfOrder | OpenOrders | OrderByClientId | OrderById


@dataclass(slots=True)
class Reconciliation:
    """One pass over a pair. `cursor` is the last trade id proven to be in the book, None on a first start ever."""

    book: PairBook
    cursor: int | None
    started_ms: int
    changed: set[int] = field(default_factory=set)
    found: list[Fill] = field(default_factory=list)  # from the cursor on, and new to the book
    disposed: list[Disposal] = field(default_factory=list)  # what lots gave for sales by hand
    denied: list[SellOrder] = field(default_factory=list)  # SELLs on the book that the exchange does not know
    _pending: set[Question] = field(default_factory=set)
    _asked: set[Question] = field(default_factory=set)
    _listed: set[str] = field(default_factory=set)  # client ids; one that was free again may name another order
    _listed_ids: set[int] = field(default_factory=set)
    _short: dict[int, OrderReport] = field(default_factory=dict)  # BUYs that filled more than their fills here say
    since_ms: int | None = None  # BUYs from this moment on are adopted, also those from before the cursor
    _begun_with: int = 0  # the trade id that the pass began with
    _history: History = field(default_factory=History)

    @property
    def cursor_at_start(self) -> int:
        """The last trade that was accounted for when the pass began; on a first start the newest trade."""
        return self._begun_with - 1

    @property
    def is_done(self) -> bool:
        return not self._pending

    def begin(self) -> tuple[Question, ...]:
        if self.cursor is None:
            return self._ask(NewestTrade(), OpenOrders())
        return self._ask(*self._from_cursor(self.cursor), OpenOrders())

    def trades(self, question: Question, fills: Sequence[Fill]) -> tuple[Question, ...]:
        """Takes the answer to a question for trades; what is to be asked next. Raises ImpossibleError."""
        self._pending.discard(question)
        if isinstance(question, NewestTrade):
            newest = max((fill.trade_id for fill in fills), default=-1)
            return self._next(*self._from_cursor(counted_up_to(self.book.lots.values(), None, newest)))
        if isinstance(question, OlderTrades):
            return self._next(*self._older(question.trade_id, question.is_found, fills))
        if isinstance(question, TradesOfOrder) and self._is_gone(question.order_id):
            self._history.bought(self.book, question.order_id, fills)
            return self._next()
        if isinstance(question, TradesFrom) and self._history.holds(question.trade_id):
            return self._next(*self._past(question.trade_id, fills))
        for fill in fills:
            lot = self.book.take_fill(fill)
            self._note(lot)
            if lot is not None and isinstance(question, TradesFrom):
                self.found.append(fill)
        if isinstance(question, TradesOfOrder):
            return self._next(*self._of_order(question.order_id, fills))
        self.cursor = max([-1 if self.cursor is None else self.cursor, *(fill.trade_id for fill in fills)])
        return self._next(*([TradesFrom(self.cursor + 1)] if len(fills) >= PAGE else []))

    def orders(self, question: Question, reports: Sequence[OrderReport]) -> tuple[Question, ...]:
        """Takes the answer to a question for orders, empty when the exchange knows none. Raises ImpossibleError."""
        self._pending.discard(question)
        if isinstance(question, OpenOrders):
            self.book.others.clear()  # the list has all of them
        if not reports:
            self.denied += [order for order in self.book.on_book() if _is_about(question, order)]
        if isinstance(question, OrderByClientId):
            reports = [found_by_name(each, question.client_id) for each in reports]
        for report in reports:
            self._listed.add(report.client_id)
            self._listed_ids.add(report.order_id)
            if self._history.sets_aside(self.book, report):
                continue
            self._note(self.book.take_report(report))
            if _bought(self.book, report) < report.executed:
                self._short[report.order_id] = report
        return self._next()

    def _from_cursor(self, cursor: int | None) -> list[Question]:
        assert cursor is not None
        self.cursor = cursor
        self._history.read_from = self._begun_with = cursor + 1
        back = [] if self.since_ms is None else [OlderTrades(max(cursor + 1 - _FIRST_STEP, 0))]
        return [TradesFrom(cursor + 1), *back]

    def _older(self, start: int, is_found: bool, fills: Sequence[Fill]) -> list[Question]:
        """Back in steps that double until a page begins before the date, then forward page by page to the cursor.

        By trade id alone: a window of time holds 24 hours at most (Binance rest-api.md, myTrades), and the account may
        have rested for years. Pages that were read on the way back are read again on the way forward.
        """
        assert self.since_ms is not None
        if not is_found:
            is_later = start > 0 and (not fills or fills[0].time_ms >= self.since_ms)
            further = max(self._begun_with - 2 * (self._begun_with - start), 0)
            return [OlderTrades(further) if is_later else OlderTrades(start, is_found=True)]
        for fill in fills:
            is_wanted = fill.side is Side.BUY and self.since_ms <= fill.time_ms and fill.trade_id < self._begun_with
            if is_wanted and fill.order_id not in self.book.lots and fill.order_id not in self.book.past:
                self.book.missing.setdefault(fill.order_id, [])
        following = fills[-1].trade_id + 1 if len(fills) >= PAGE else self._begun_with
        return [OlderTrades(following, is_found=True)] if following < self._begun_with else []

    def _of_order(self, order_id: int, fills: Sequence[Fill]) -> list[Question]:
        was_missing = order_id in self.book.missing
        self._note(self.book.lot_rebuilt(order_id))
        short = self._short.pop(order_id, None)
        if short is not None:
            self._note(self.book.take_report(short))
        if order_id in self.book.lots:
            self._note(self.book.recall(order_id))
        is_new = order_id in self.book.lots and (was_missing or short is not None)
        is_older = is_new and bool(fills) and fills[0].trade_id < self._begun_with
        if is_older:
            self._note(self.book.hold_to_read(order_id))
        return self._trades_from(self._history.back_to(fills[0].trade_id)) if is_older or len(fills) >= PAGE else []

    def _past(self, start: int, fills: Sequence[Fill]) -> list[Question]:
        for fill in self._history.concerning(self.book, start, fills):
            self._note(self.book.take_fill(fill))
        return self._trades_from(self._history.after(start, fills)) if len(fills) >= PAGE else []

    def _trades_from(self, trade_id: int | None) -> list[Question]:
        return [] if trade_id is None else [TradesFrom(trade_id)]

    def _note(self, lot: object) -> None:
        buy_order_id = getattr(lot, "buy_order_id", None)
        if buy_order_id is not None:
            self.changed.add(buy_order_id)

    def _next(self, *more: Question) -> tuple[Question, ...]:
        asked = self._ask(*more)
        asked = asked if self._pending else self._ask(*self._unexplained())
        if not self._pending:
            self._settle_rebuilt()
        return asked

    def _unexplained(self) -> list[Question]:
        lots = self.book.lots.values()
        sells = (order for lot in self.book.open_lots() for order in lot.orders if order.is_live)
        buys = (lot.buy_order_id for lot in lots if not lot.buy_ended)
        untold = (order.order_id for lot in lots for order in lot.untold() if order.order_id is not None)
        first = min((fill.trade_id for lot in self.book.being_read() for fill in lot.buys), default=None)
        gone = [] if first is None else self._history.unread(filter(self._is_gone, self.book.gone))
        return [
            *(_by_id_or_name(order) for order in sells if not self._is_listed(order)),
            *(OrderById(order_id) for order_id in (*self.book.strays, *buys)),
            *(TradesOfOrder(order_id) for order_id in (*self.book.missing, *self._short, *untold, *gone)),
            *(self._trades_from(self._history.back_to(first)) if first is not None else []),
        ]

    def _is_gone(self, buy_order_id: int) -> bool:
        book = self.book
        return buy_order_id in book.gone and buy_order_id not in book.missing and buy_order_id not in self._short

    def _is_listed(self, order: SellOrder) -> bool:
        return order.client_id in self._listed if order.order_id is None else order.order_id in self._listed_ids

    def _settle_rebuilt(self) -> None:
        """All trades since they were bought are read: rebuilt lots are free, but where a person must be asked.

        What was sold by hand is taken from them first; of sales from before that is settled then.
        """
        self._sold_by_hand()
        for lot in self.book.being_read():
            for carry in self._history.carried_off(self.book, lot):
                self._note(self.book.gave(carry))
            doubt = self._history.doubt(self.book.lots[lot.buy_order_id])
            event = HoldEvent.DOUBTED if doubt else HoldEvent.READ
            self._note(self.book.hold(lot.buy_order_id, event, doubt))

    def _sold_by_hand(self) -> None:
        """With nothing in flight all is known that held coins before this pass began: what is left was no lot's."""
        self.disposed += self.book.count_sales_by_hand()
        self.changed |= {each.buy_order_id for each in self.disposed}
        orders = (order for lot in self.book.lots.values() for order in lot.orders)
        if not any(order.state in AWAITED for order in orders):
            sales = self.book.by_hand.trades.values()
            self.book.by_hand.settled([fill.trade_id for fill in sales if fill.time_ms < self.started_ms])

    def _ask(self, *questions: Question) -> tuple[Question, ...]:
        """The questions not asked before in this pass: an answer that explains nothing must not be asked for ever."""
        fresh = tuple(question for question in dict.fromkeys(questions) if question not in self._asked)
        self._asked.update(fresh)
        self._pending.update(fresh)
        return fresh


def counted_up_to(lots: Iterable[Lot], cursor: int | None, newest: int | None = None) -> int | None:
    """Where counting begins with what is known: the cursor, else before the first trade of the lots.

    A lot may have been written down, or told by the stream, before the first pass ever was done. Without lots it begins
    with the `newest` trade of the pair; None where that is not known either.
    """
    if cursor is not None:
        return cursor
    known = [fill.trade_id - 1 for lot in lots for fill in lot.buys if fill.trade_id >= 0]
    return min([*known, *([] if newest is None else [newest])], default=None)


def _by_id_or_name(order: SellOrder) -> Question:
    """By id where it is known: an order cancelled by hand is not found by its client id any more."""
    return OrderByClientId(order.client_id) if order.order_id is None else OrderById(order.order_id)


def _is_about(question: Question, order: SellOrder) -> bool:
    return question in (OrderByClientId(order.client_id), OrderById(-1 if order.order_id is None else order.order_id))


def _bought(book: PairBook, report: OrderReport) -> Decimal:
    """What the book holds of a BUY; all of it where the book has no such lot."""
    lot = book.lots.get(report.order_id) if report.side is Side.BUY else None
    return sum((fill.quantity for fill in lot.buys), ZERO) if lot else report.executed


def alive_until(sent_ms: int, recv_window_ms: int) -> int:
    """Until when (ms) a request that was sent may still reach the book: its own window, then the backend's time-out."""
    return sent_ms + recv_window_ms + BACKEND_MS
