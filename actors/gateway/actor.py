"""Gateway: the only sender of signed requests. Orders go before queries, and only the newest keeper is obeyed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actors.credentials import AskForKey, SignerRequest
from actors.gateway.answers import Answers, Query, asks_open_orders
from actors.gateway.connect_permits import Addressed, ConnectPermits
from actors.gateway.in_flight_journal import FileJournal, JournalFactory
from actors.gateway.order_entry import OrderEntry
from actors.gateway.query_queue import QueryQueue, Waiting
from actors.gateway.throttle import TIME_COST, RequestThrottle
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.exchange.budget.costs import Purpose
from lotkeeper.exchange.rest.client import RestClient
from messages.connections import LimitHit, RequestConnectPermit
from messages.lifecycle import Credentials, FencePair, LeaseChecked, PeersChanged, StartGateway
from messages.orders import CancelSellOrder, PlaceSellOrder, SellFenced
from messages.queries import AskExchange, FetchBalance, FetchFailed, FetchMarket, FetchPrices, FetchReference, FetchTop

ORDER_ANSWER_S = 3.0  # a later answer is not waited for: the keeper asks about the outcome instead
_REPORT_EVERY_S = 1.0
_SYNC_TIME_EVERY_S = 600.0
_IDLE_S = 20.0  # a connection that is idle for longer may be closed by the exchange
_QUEUE_FULL, _QUEUE_FULL_RETRY_S = "too many questions wait in the Gateway", 5.0


@dataclass(frozen=True, slots=True)
class _AnswerNext:
    """To itself: answer the next query, after the orders that have arrived meanwhile."""


@dataclass(frozen=True, slots=True)
class _Report:
    """Wake-up: once a second."""


@dataclass(frozen=True, slots=True)
class _SyncTime:
    """Wake-up: read the exchange's clock."""


class Gateway(EngineActor):
    """Sends one request at a time and waits for its answer; holds the account's key and the rate budget."""

    _start: StartGateway | None = None
    _monitor: Any = None
    _rest: RestClient | None = None  # None until the key is here

    def __init__(self) -> None:
        super().__init__()
        self.client_factory: Callable[..., RestClient] = RestClient  # a simulation puts its own exchange here
        self.journal_factory: JournalFactory = FileJournal
        self._key = SignerRequest(self)
        self._throttle = RequestThrottle(self.monotonic, self.wall_ms)
        self._order_entry = OrderEntry(self._throttle)
        self._queue = QueryQueue()
        self._answers = Answers(self._throttle)
        self._permits = ConnectPermits(self._throttle)

    @handles(StartGateway)
    def _begin(self, message: StartGateway, sender: Sender) -> None:
        self._start, self._monitor = message, message.monitor
        self._answers.rules.symbols = message.symbols
        self._connect()
        self._key.ask(message.launcher)
        self.wake_in(_REPORT_EVERY_S, _Report())

    @handles(Credentials)
    def _credentials(self, message: Credentials, sender: Sender) -> None:
        if self._key.accept(message):
            self._connect()

    def _connect(self) -> None:
        """Begins to serve once both the settings and the key are here."""
        if self._start is None or self._key.signer is None or self._rest is not None:
            return
        self._rest = self.client_factory(
            self._start.rest_url,
            self._key.signer,
            recv_window_ms=self._start.recv_window_ms,
            read_timeout_s=ORDER_ANSWER_S,
            clock=lambda: self.wall_ns() / 1e9,
            observer=self._throttle,
        )
        self._sync_time()
        self._open_journal(self._start)
        self._answer_later()
        self._report()

    def _open_journal(self, start: StartGateway) -> None:
        """Loads what the previous Gateway left in flight, by the exchange's clock; no order is sent before."""
        path = Path(start.in_flight) if start.in_flight else None
        texts = self._order_entry.guard.open(
            path, self.journal_factory, self._throttle.read_clocks(), start.recv_window_ms
        )
        for text in texts:
            self.log.warning("%s", text)

    @handles(PeersChanged)
    def _peers_changed(self, message: PeersChanged, sender: Sender) -> None:
        self._monitor = message.peers.monitor

    # Orders

    @handles(LeaseChecked)
    def _lease_checked(self, message: LeaseChecked, sender: Sender) -> None:
        if message.overtaken and message != self._order_entry.lease:
            self.log.error("no order is sent any more: %s", message.overtaken)
        self._order_entry.lease = message

    @handles(FencePair)
    def _fence(self, message: FencePair, sender: Sender) -> None:
        self._order_entry.fence(message.symbol, message.incarnation)

    @handles(PlaceSellOrder)
    def _place(self, message: PlaceSellOrder, sender: Sender) -> None:
        if self._is_newest(message, sender):
            self.reply(sender, self._order_entry.place(message, self._rest))
            self._grant_permits()

    @handles(CancelSellOrder)
    def _cancel(self, message: CancelSellOrder, sender: Sender) -> None:
        if self._is_newest(message, sender):
            self.reply(sender, self._order_entry.cancel(message, self._rest))
            self._grant_permits()

    def _is_newest(self, message: PlaceSellOrder | CancelSellOrder, sender: Sender) -> bool:
        """Whether the newest keeper of the pair sent it; an older keeper is told that it is fenced off."""
        newest = self._order_entry.fence(message.symbol, message.incarnation)
        if message.incarnation < newest:
            self.reply(sender, SellFenced(message.symbol, message.client_id, newest))
        return message.incarnation == newest

    # Queries

    @handles(AskExchange, FetchMarket, FetchTop, FetchBalance, FetchReference, FetchPrices)
    def _query(self, message: Query, sender: Sender) -> None:
        if not self._queue.put(message, sender):
            self.reply(sender, FetchFailed(message.request_id, _QUEUE_FULL, _QUEUE_FULL_RETRY_S))
        elif len(self._queue) == 1:
            self._answer_later()

    def _answer_later(self) -> None:
        if len(self._queue) and self._rest is not None:
            self.send(self.myAddress, _AnswerNext())

    @handles(_AnswerNext)
    def _answer_next(self, message: _AnswerNext, sender: Sender) -> None:
        waiting = self._queue.pop() if self._rest is not None else None
        if waiting is None or self._rest is None:
            return
        try:
            if not self._answer_batch(self._rest, waiting):
                query, asker = waiting
                self.reply(asker, self._answers.reply_to(query, self._rest, self.wall_ms()))
        finally:
            self._answer_later()  # a query that fails must not hold up the others
        self._grant_permits()

    def _answer_batch(self, rest: RestClient, first: Waiting) -> bool:
        """When many keepers reconcile at once, as at a start, one request has the open orders of them all."""
        if not asks_open_orders(first[0]):
            return False
        batch = [first, *self._queue.matching(asks_open_orders)]
        replies = self._answers.reply_to_batch([query for query, _ in batch], rest, self.wall_ms())
        if replies:
            self._queue.drop(batch)
        for (_, asker), reply in zip(batch, replies, strict=False):
            self.reply(asker, reply)
        return bool(replies)

    # Streams

    @handles(RequestConnectPermit)
    def _permit_requested(self, message: RequestConnectPermit, sender: Sender) -> None:
        self._send_all(self._permits.request(message, sender, self.wall_ms()))
        self._grant_permits()

    @handles(LimitHit)
    def _limit_hit(self, message: LimitHit, sender: Sender) -> None:
        """The exchange counts by address: the refusal of a connection pauses everything."""
        self._throttle.pause(message.retry_after_s, message.text)
        self._grant_permits()

    def _grant_permits(self) -> None:
        self._send_all(self._permits.grant(self.wall_ms()))

    def _send_all(self, messages: Iterable[Addressed]) -> None:
        for to, message in messages:
            self.reply(to, message)

    # Time

    def on_wakeup(self, payload: Any) -> None:
        match payload:
            case AskForKey() if self._start is not None:
                self._key.ask(self._start.launcher)
            case _SyncTime():
                self._sync_time()
            case _Report() if self._start is not None:
                self.wake_in(_REPORT_EVERY_S, _Report())
                self._keep_warm()
                if self._order_entry.guard.trouble:
                    self._open_journal(self._start)
                self._grant_permits()
                self._report()

    def _sync_time(self) -> None:
        if self._rest is None:
            return
        deferred = self._throttle.deferral(TIME_COST, Purpose.RECONCILING)
        if deferred is not None:
            self.wake_in(deferred.retry_s, _SyncTime())
            return
        self._rest.sync_time()
        self.wake_in(_SYNC_TIME_EVERY_S, _SyncTime())
        self._grant_permits()

    def _keep_warm(self) -> None:
        """Keeps the connection open: if the exchange closed it, the next SELL would wait for a handshake.

        When requests stayed without an answer, the next answer tells which of them were counted.
        """
        is_due = self._throttle.idle_s > _IDLE_S or self._throttle.is_count_unsure
        if self._rest is not None and is_due and self._throttle.deferral(TIME_COST, Purpose.TRADING) is None:
            self._rest.server_time()

    def _report(self) -> None:
        if self._monitor is not None:
            self.send(self._monitor, self._throttle.report(self._order_entry.counts, self._trouble()))

    def _trouble(self) -> str:
        if self._rest is None:
            return self._key.trouble or "waiting for the key"
        return self._order_entry.trouble() or self._throttle.trouble()

    def on_exit(self) -> None:
        self._order_entry.guard.close()
        if self._rest is not None:
            self._rest.close()
