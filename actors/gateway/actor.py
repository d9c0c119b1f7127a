"""Gateway: the only sender of signed requests. Orders go before questions, and only the newest keeper is obeyed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from actors.gateway.answers import Query, answer_to
from actors.gateway.connect_permits import Doors
from actors.gateway.costs import CANCELLING, PLACING, asking
from actors.gateway.in_flight_guard import Doubts, Moment
from actors.gateway.known import Known
from actors.gateway.open_orders_batch import Asked, Together, asks_open_orders
from actors.gateway.orders import cancelled, not_sent, placed
from actors.gateway.questions import Questions, purpose_of
from actors.gateway.report import OrderCounts, report
from actors.gateway.throttle import TIME_COST, Held, Traffic
from actors.signers import signer_of
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.exchange.budget.purposes import Purpose
from lotkeeper.exchange.budget.weights import Cost
from lotkeeper.exchange.rest.client import RestClient
from lotkeeper.exchange.signing import KeyProblemError
from lotkeeper.logging.setup import hide
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.recovery.in_flight import SENDING_MS
from messages.connections import LimitHit, RequestConnectPermit
from messages.lifecycle import (
    Credentials,
    FencePair,
    LeaseChecked,
    PeersChanged,
    RequestCredentials,
    StartGateway,
    secret_values,
)
from messages.orders import (
    MAX_SEND_DELAY_MS,
    CancelSellOrder,
    PlaceSellOrder,
    SellFenced,
    SellOutcomeUnknown,
    SellRefused,
)
from messages.queries import (
    AskExchange,
    FetchBalance,
    FetchFailed,
    FetchMarket,
    FetchPrices,
    FetchReference,
    FetchTop,
)

_ORDER_ANSWER_S = 3.0  # a later answer is not waited for: the outcome is asked about instead
_CREDENTIALS_AGAIN_S = 1.0
_REPORT_EVERY_S = 1.0
_SYNC_TIME_EVERY_S = 600.0
_QUIET_S = 20.0
_STARTING = Held("the Gateway is starting")
_UNLEASED = Held("the Ledger has not yet said that this system is the newest", 0.25)
_OVERTAKEN_AGAIN_S = 30.0
_TOO_MANY = Held("too many questions wait in the Gateway", 5.0)


@dataclass(frozen=True, slots=True)
class _Next:
    """To itself: the next question, after the orders that came meanwhile."""


@dataclass(frozen=True, slots=True)
class _Report:
    pass


@dataclass(frozen=True, slots=True)
class _SyncTime:
    pass


class Gateway(EngineActor):
    """Sends one request at a time and waits for its answer; holds the account's key and the rate budget."""

    _start: StartGateway
    _monitor: Any = None
    _rest: RestClient | None = None
    _traffic: Traffic
    _doors: Doors
    _lease: LeaseChecked | None = None
    _trouble = ""  # with the key, before the first request

    def __init__(self) -> None:
        super().__init__()
        self._newest: dict[str, int] = {}
        self._questions = Questions()
        self._known = Known()
        self._together = Together()
        self._doubts = Doubts()
        self._counts = OrderCounts()
        self._traffic = Traffic(self.monotonic, self.wall_ms())
        self._doors = Doors(self._traffic)

    @handles(StartGateway)
    def _begin(self, message: StartGateway, sender: Sender) -> None:
        self._start, self._monitor = message, message.monitor
        self._known.rules.symbols = message.symbols
        self._want_credentials()
        self.wake_in(_REPORT_EVERY_S, _Report())

    def _want_credentials(self) -> None:
        if self._rest is None:
            self.send(self._start.launcher, RequestCredentials(self.myAddress))
            self.wake_in(_CREDENTIALS_AGAIN_S, RequestCredentials(None))

    @handles(Credentials)
    def _credentials(self, message: Credentials, sender: Sender) -> None:
        if self._rest is None:
            hide(secret_values(message))
            try:
                signer = signer_of(message)
            except KeyProblemError as error:
                self._trouble = f"the key cannot be used: {error}"
                return
            self._rest = RestClient(
                self._start.rest_url,
                signer,
                recv_window_ms=self._start.recv_window_ms,
                read_timeout_s=_ORDER_ANSWER_S,
                clock=lambda: self.wall_ns() / 1e9,
                watch=self._traffic,
            )
            self._trouble = ""
            self._sync_time()
            self._open_notes()
            self._pump()
            self._report()

    def _open_notes(self) -> None:
        """What the Gateway before this one left in flight, by the exchange's clock; no order leaves before."""
        for words in self._doubts.open(self._start.in_flight, self._moment(), self._start.recv_window_ms):
            self.log.warning("%s", words)

    @handles(PeersChanged)
    def _neighbours_changed(self, message: PeersChanged, sender: Sender) -> None:
        self._monitor = message.peers.monitor

    # Orders

    @handles(LeaseChecked)
    def _lease_seen(self, message: LeaseChecked, sender: Sender) -> None:
        if message.overtaken and message != self._lease:
            self.log.error("no order is sent any more: %s", message.overtaken)
        self._lease = message

    @handles(FencePair)
    def _fence(self, message: FencePair, sender: Sender) -> None:
        self._newest[message.symbol] = max(message.incarnation, self._newest.get(message.symbol, 0))

    @handles(PlaceSellOrder)
    def _place(self, message: PlaceSellOrder, sender: Sender) -> None:
        if self._is_newest(message, sender):
            self._counts.orders += 1
            reply = self._placed(message)
            self._counts.refused += isinstance(reply, SellRefused) and reply.kind is not RefusalKind.NOT_SENT
            self._counts.unknown += isinstance(reply, SellOutcomeUnknown)
            self.reply(sender, reply)
            self._open_doors()

    def _placed(self, message: PlaceSellOrder) -> object:
        held = self._held(message.sent_ms, PLACING) or self._doubts.held()
        if held is not None or self._rest is None:
            return not_sent(message, held or _STARTING)
        now = self._moment()
        doubt = self._doubts.about(message, now)
        if doubt is not None:
            return doubt
        row = self._doubts.leaves(message, now, self._start.recv_window_ms)
        if isinstance(row, Held):
            return not_sent(message, row)
        outcome = self._rest.place_sell(message.symbol, message.client_id, message.price, message.quantity)
        reply = placed(message, outcome)
        self._doubts.answered(row, reply, self._moment())
        return reply

    def _moment(self) -> Moment:
        return Moment(self._traffic.now_ms, self.wall_ms(), self.monotonic())

    @handles(CancelSellOrder)
    def _cancel(self, message: CancelSellOrder, sender: Sender) -> None:
        if self._is_newest(message, sender):
            self.reply(sender, self._cancelled(message))
            self._open_doors()

    def _cancelled(self, message: CancelSellOrder) -> object:
        held = self._held(message.sent_ms, CANCELLING)
        if held is not None or self._rest is None:
            return not_sent(message, held or _STARTING)
        return cancelled(message, self._rest.cancel_order(message.symbol, message.order_id, message.cancel_id))

    def _is_newest(self, message: PlaceSellOrder | CancelSellOrder, sender: Sender) -> bool:
        """Whether the newest keeper of the pair says so; others are told that they are fenced off."""
        newest = max(message.incarnation, self._newest.get(message.symbol, 0))
        self._newest[message.symbol] = newest
        if message.incarnation < newest:
            self.reply(sender, SellFenced(message.symbol, message.client_id, newest))
        return message.incarnation == newest

    def _held(self, sent_ms: int, cost: Cost) -> Held | None:
        """Why an order or cancel must not leave now; None when it may."""
        if self._rest is None:
            return _STARTING
        if self._lease is None:
            return _UNLEASED
        if self._lease.overtaken:
            return Held(f"this system was overtaken: {self._lease.overtaken}", _OVERTAKEN_AGAIN_S)
        if self.wall_ms() - sent_ms > MAX_SEND_DELAY_MS - SENDING_MS:
            return Held("it waited too long in the Gateway")
        return self._traffic.held(cost, Purpose.TRADING)

    # Questions

    @handles(AskExchange, FetchMarket, FetchTop, FetchBalance, FetchReference, FetchPrices)
    def _query(self, message: Query, sender: Sender) -> None:
        if not self._questions.put(message, sender):
            self.reply(sender, FetchFailed(message.request_id, _TOO_MANY.reason, _TOO_MANY.retry_s))
        elif len(self._questions) == 1:
            self._pump()

    @handles(_Next)
    def _next(self, message: _Next, sender: Sender) -> None:
        question = self._questions.next() if self._rest is not None else None
        if question is None or self._rest is None:
            return
        query, asker = question
        try:
            if not self._answered_together(self._rest, question):
                self.reply(asker, self._answer(self._rest, query))
        finally:
            self._pump()  # a question that fails must not hold up the others
        self._open_doors()

    def _answered_together(self, rest: RestClient, question: Asked) -> bool:
        """Where many keepers compare at once, as at a start, one request has the open orders of them all."""
        if not asks_open_orders(question[0]):
            return False
        asked = [question, *self._questions.those(asks_open_orders)]
        told = self._together.answers(asked, rest, self._traffic, self.wall_ms())
        if told:
            self._questions.drop(asked)
        self._send_all(told)
        return bool(told)

    def _pump(self) -> None:
        if len(self._questions) and self._rest is not None:
            self.send(self.myAddress, _Next())

    def _answer(self, rest: RestClient, query: Query) -> object:
        now_ms = self.wall_ms()
        held = None if self._known.has(query, now_ms) else self._traffic.held(asking(query), purpose_of(query))
        if held is not None:
            return FetchFailed(query.request_id, held.reason, held.retry_s)
        return answer_to(query, rest, self._known, now_ms)

    # Streams

    @handles(RequestConnectPermit)
    def _connect_wanted(self, message: RequestConnectPermit, sender: Sender) -> None:
        self._send_all(self._doors.wanted(message, sender, self.wall_ms()))
        self._open_doors()

    @handles(LimitHit)
    def _limit_hit(self, message: LimitHit, sender: Sender) -> None:
        """A refusal of a connection is one of everything: the exchange counts by address."""
        self._traffic.limited(message.retry_after_s, message.text)
        self._open_doors()

    def _open_doors(self) -> None:
        self._send_all(self._doors.open(self.wall_ms()))

    def _send_all(self, messages: Iterable[tuple[Any, object]]) -> None:
        for to, message in messages:
            self.reply(to, message)

    # Time

    def on_wakeup(self, payload: Any) -> None:
        match payload:
            case RequestCredentials():
                self._want_credentials()
            case _SyncTime():
                self._sync_time()
            case _Report():
                self.wake_in(_REPORT_EVERY_S, _Report())
                self._keep_warm()
                if self._doubts.trouble:
                    self._open_notes()
                self._open_doors()
                self._report()

    def _sync_time(self) -> None:
        if self._rest is None:
            return
        held = self._traffic.held(TIME_COST, Purpose.RECONCILING)
        if held is not None:
            self.wake_in(held.retry_s, _SyncTime())
            return
        self._rest.sync_time()
        self.wake_in(_SYNC_TIME_EVERY_S, _SyncTime())
        self._open_doors()

    def _keep_warm(self) -> None:
        """A connection that the exchange closed for its silence would cost the next SELL a handshake.

        And when requests stayed without an answer, the next answer tells what of them was counted.
        """
        is_due = self._traffic.quiet_s > _QUIET_S or self._traffic.is_unsure
        if self._rest is not None and is_due and self._traffic.held(TIME_COST, Purpose.TRADING) is None:
            self._rest.server_time()

    def _report(self) -> None:
        if self._monitor is not None:
            self.send(self._monitor, report(self._traffic, self._counts, self.wall_ms(), self._why_troubled()))

    def _why_troubled(self) -> str:
        if self._rest is None:
            return self._trouble or "waiting for the key"
        if self._lease is None:
            return _UNLEASED.reason
        return self._lease.overtaken or self._doubts.trouble or self._traffic.trouble()

    def on_exit(self) -> None:
        self._doubts.close()
        if self._rest is not None:
            self._rest.close()
