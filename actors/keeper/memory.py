"""What every part of the keeper stands on: its memory, its questions, its notes for the Ledger and its reports."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from actors.keeper.doubts import Doubts
from actors.keeper.outbox import Outbox
from actors.keeper.report import Reporter, Standing
from actors.keeper.requests import Build, Requests
from actors.keeper.topics import Phase, Report
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.money import plain
from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.policy import Dust
from lotkeeper.trading.recovery.reconcile import Question, Reconciliation
from lotkeeper.trading.recovery.trust import BookTrust, watch_only
from lotkeeper.trading.reports.totals import Totals, totals_of
from lotkeeper.trading.selling.situation import Market
from messages.health import UnresolvedOrder
from messages.ledger import LoadPair, LotsRecorded, PairLoaded
from messages.lifecycle import Peers, StartKeeper
from messages.queries import AskExchange

_REPORT_AFTER_S = 0.1


class Memory(EngineActor):
    """The keeper's memory. All of it can be told again by the exchange and the Ledger."""

    _start: StartKeeper
    _loaded: PairLoaded | None = None
    _market: Market | None = None
    _book: PairBook
    _outbox: Outbox
    _closed: Totals
    _pass: Reconciliation | None = None
    _is_pass_wanted = False
    _cursor: int | None = None
    _complete_as_of_ms: int | None = None
    _has_cursor_written = False
    _pass_number = 0
    _begun_at = float("-inf")
    _recorded_at = 0.0
    _is_paused = False
    _market_due_at = 0.0
    _market_fetched_at = 0.0
    _is_report_due = False
    _trouble = ""
    _unanswered = ""  # the trouble that a question beside the comparisons had, until one of them is answered
    _denied: frozenset[str] = frozenset()
    _ground = BookTrust()
    _known_since_ms: int | None = None

    def __init__(self) -> None:
        super().__init__()
        self._phase = Phase.LOADING
        self._peers = Peers()
        self._requests = Requests()
        self._reporter = Reporter()
        self._doubts = Doubts()
        self._left_by: dict[str, int] = {}  # by client order id: the latest moment (ms) at which it may have been sent
        self._sent_again: set[str] = set()  # client order ids of SELLs that may have reached the exchange before
        self._series: dict[str, int] = {}  # by client order id: the newest series of questions about a SELL in doubt

    # What the parts do for each other

    @abstractmethod
    def _follow(self, buy_order_ids: Iterable[int]) -> None:
        """Decides for changed lots, then writes them down: the wire comes before the notebook."""

    @abstractmethod
    def _reconcile(self) -> None:
        """Begins a comparison with the exchange, or has it begun after the one under way."""

    @abstractmethod
    def _take(self, report: OrderReport, fills: Sequence[Fill] = ()) -> None:
        """Takes what the exchange reports of an order, and its fills."""

    @abstractmethod
    def _told_in_doubt(self) -> tuple[UnresolvedOrder, ...]:
        """What was sent and has no known outcome."""

    @abstractmethod
    def _is_adopting(self) -> bool:
        """Whether coins may become a lot that no report tells of yet."""

    def _follow_open(self) -> None:
        """Something that concerns every lot has changed."""
        if self._phase is Phase.TRADING:
            self._follow({lot.buy_order_id for lot in self._book.open_lots()})

    # Asking

    def _ask_exchange(self, question: Question, about: Any) -> None:
        self._ask(lambda number: AskExchange(number, self._symbol, question), about)

    def _ask(self, build: Build, about: Any) -> None:
        message = self._requests.ask(build, about, self.monotonic())
        if self._peers.gateway is not None:
            self.send(self._peers.gateway, message)

    def _had_answer(self) -> None:
        """What a question had against it is over."""
        if self._unanswered and self._trouble == self._unanswered:
            self._trouble = ""
            self._report_soon()
        self._unanswered = ""

    def _ask_once(self, build: Build, about: Any) -> None:
        """Asks unless a question about the same waits for its answer."""
        if not self._requests.is_pending(about):
            self._ask(build, about)

    def _repeat_requests(self, older_than_s: float) -> None:
        for message in self._requests.again(self.monotonic(), older_than_s):
            if self._peers.gateway is not None:
                self.send(self._peers.gateway, message)

    # Writing down

    def _record(self, buy_order_ids: Iterable[int], cursor: int | None = None) -> None:
        lots = [self._book.lots[each] for each in buy_order_ids]
        if not lots and cursor is None:
            return
        self._recorded_at = self.monotonic()
        message = self._outbox.put(lots, self.wall_ms(), cursor)
        if self._peers.ledger is not None:
            self.send(self._peers.ledger, message)

    def _tell_ledger_again(self) -> None:
        if self._peers.ledger is None:
            return
        self._recorded_at = self.monotonic()
        if self._loaded is None:
            keeps_dust = self._start.pair.policy.dust is Dust.KEEP
            self.send(self._peers.ledger, LoadPair(self._symbol, keeps_dust, self._start.incarnation))
        elif self._phase is not Phase.LOADING and not self._outbox.is_empty:
            self.send(self._peers.ledger, self._outbox.again(self.wall_ms()))

    @handles(LotsRecorded)
    def _lots_recorded(self, message: LotsRecorded, sender: Sender) -> None:
        """Once everything is written down, finished lots leave the memory; their sums stay."""
        self._outbox.confirmed(message.number)
        self._look_at_first_cursor()
        if self._outbox.is_empty and self._cursor is not None:
            finished = self._book.forget_finished(self._cursor)
            self._closed = self._closed + totals_of(finished)
            for order in (order for lot in finished for order in lot.orders):
                self._left_by.pop(order.client_id, None)
                self._series.pop(order.client_id, None)
                self._sent_again.discard(order.client_id)

    def _look_at_first_cursor(self) -> None:
        """A start without a cursor counts from the newest trade: the first pass counts once it is written down."""
        is_written = self._complete_as_of_ms is not None and not self._outbox.has_cursor
        if is_written and not self._has_cursor_written:
            self._has_cursor_written = True
            self._report_soon()

    # Telling

    def _tell(self, event: str, buy_order_id: int, **facts: object) -> None:
        """A line of the log with its facts as fields; never before the wire."""
        lot = self._book.lots[buy_order_id].lot_id
        texts = {name: plain(fact) if isinstance(fact, Decimal) else fact for name, fact in facts.items()}
        self.log.info(event, extra={"symbol": self._symbol, "lot": lot, **texts})

    def _report_soon(self) -> None:
        if not self._is_report_due:
            self._is_report_due = True
            self.wake_in(_REPORT_AFTER_S, Report())

    def _report(self) -> None:
        self._is_report_due = False
        if self._phase is Phase.LOADING or self._market is None or self._peers.monitor is None:
            return
        standing = Standing(
            incarnation=self._start.incarnation,
            phase=self._phase,
            is_paused=self._is_paused,
            complete_as_of_ms=self._complete_as_of_ms if self._has_cursor_written else None,
            trouble=self._trouble,
            at_ms=self.wall_ms(),
            denied=self._denied,
            watch_only=self._watch_only(),
            known_since_ms=self._known_since_ms,
            in_doubt=self._told_in_doubt(),
            is_adopting=self._is_adopting(),
        )
        report = self._reporter.report(self._book, self._market, self._start.pair.policy, self._closed, standing)
        self.send(self._peers.monitor, report)

    def _watch_only(self) -> str:
        """Why no SELL is placed on this pair now; empty when its book is proven well enough."""
        as_of_ms = self._complete_as_of_ms
        return watch_only(self._ground, self._symbol, None if as_of_ms is None else self.wall_ms() - as_of_ms)

    @property
    def _symbol(self) -> str:
        return self._start.pair.symbol
