"""Reconciliation of a pair with the exchange: which questions to ask, and when all is accounted for. No I/O.

Trades come first by the cursor of trade ids; open orders beside them. What is then unexplained (a SELL of ours that
is not among the open orders, a SELL trade of an order not known, a SELL that names a BUY not known) is asked for one by
one. Live events may arrive in between: the book takes everything twice and in any order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lotkeeper.trading.book import PairBook
from lotkeeper.trading.fills import Fill
from lotkeeper.trading.orders import OrderReport

PAGE = 1000  # Binance rest-api.md, myTrades: the most trades an answer holds
BACKEND_MS = 10_000  # Binance rest-api.md, general information: the time-out of the exchange's own backend


@dataclass(frozen=True, slots=True)
class NewestTrade:
    """The newest trade of the pair: where a first start begins to count."""


@dataclass(frozen=True, slots=True)
class TradesFrom:
    """Trades from this id on, the oldest first, one page."""

    trade_id: int


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


Question = NewestTrade | TradesFrom | TradesOfOrder | OpenOrders | OrderByClientId | OrderById


@dataclass(slots=True)
class Reconciliation:
    """One pass over a pair. `cursor` is the last trade id proven to be in the book, None on a first start ever."""

    book: PairBook
    cursor: int | None
    started_ms: int
    changed: set[int] = field(default_factory=set)
    _pending: set[Question] = field(default_factory=set)
    _asked: set[Question] = field(default_factory=set)
    _listed: set[str] = field(default_factory=set)

    @property
    def is_done(self) -> bool:
        return not self._pending

    def begin(self) -> tuple[Question, ...]:
        trades = NewestTrade() if self.cursor is None else TradesFrom(self.cursor + 1)
        return self._ask(trades, OpenOrders())

    def trades(self, question: Question, fills: Sequence[Fill]) -> tuple[Question, ...]:
        """Takes the answer to a question for trades; what is to be asked next. Raises ImpossibleError."""
        self._pending.discard(question)
        if isinstance(question, NewestTrade):
            return self._next(*self._from_newest(fills))
        for fill in fills:
            self._note(self.book.take_fill(fill))
        if isinstance(question, TradesOfOrder):
            self._note(self.book.lot_rebuilt(question.order_id))
            return self._next()
        self.cursor = max([self.cursor or -1, *(fill.trade_id for fill in fills)])
        return self._next(*([TradesFrom(self.cursor + 1)] if len(fills) >= PAGE else []))

    def orders(self, question: Question, reports: Sequence[OrderReport]) -> tuple[Question, ...]:
        """Takes the answer to a question for orders, empty when the exchange knows none. Raises ImpossibleError."""
        self._pending.discard(question)
        for report in reports:
            self._listed.add(report.client_id)
            self._note(self.book.take_report(report))
        return self._next()

    def _from_newest(self, fills: Sequence[Fill]) -> list[Question]:
        self.cursor = max((fill.trade_id for fill in fills), default=-1)
        return [TradesFrom(self.cursor + 1)]

    def _note(self, lot: object) -> None:
        buy_order_id = getattr(lot, "buy_order_id", None)
        if buy_order_id is not None:
            self.changed.add(buy_order_id)

    def _next(self, *more: Question) -> tuple[Question, ...]:
        asked = self._ask(*more)
        return asked if self._pending else self._ask(*self._unexplained())

    def _unexplained(self) -> list[Question]:
        sells = (order.client_id for lot in self.book.open_lots() for order in lot.orders if order.is_live)
        buys = (lot.buy_order_id for lot in self.book.lots.values() if not lot.buy_ended)
        return [
            *(OrderByClientId(client_id) for client_id in sells if client_id not in self._listed),
            *(OrderById(order_id) for order_id in (*self.book.strays, *buys)),
            *(TradesOfOrder(order_id) for order_id in self.book.missing),
        ]

    def _ask(self, *questions: Question) -> tuple[Question, ...]:
        """The questions not asked before in this pass: an answer that explains nothing must not be asked for ever."""
        fresh = tuple(question for question in dict.fromkeys(questions) if question not in self._asked)
        self._asked.update(fresh)
        self._pending.update(fresh)
        return fresh


def alive_until(sent_ms: int, recv_window_ms: int) -> int:
    """Until when (ms) a request that was sent may still reach the book: its own window, then the backend's time-out."""
    return sent_ms + recv_window_ms + BACKEND_MS
