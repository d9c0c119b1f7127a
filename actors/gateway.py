"""Gateway: the only sender of signed requests. Orders go before questions, and only the newest keeper is obeyed."""

from collections import deque
from dataclasses import dataclass
from typing import Any

from actors.answering import Query, answer_to, text_of
from actors.signers import signer_of
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.exchange.outcomes import Answered, NotSent, Outcome, RateLimited, is_bad_key
from lotkeeper.exchange.outcomes import Refused as RefusedByExchange
from lotkeeper.exchange.rest import RestClient
from lotkeeper.exchange.shapes import Placed
from lotkeeper.exchange.signing import KeyProblemError
from lotkeeper.logs import hide
from lotkeeper.trading.orders import OrderReport
from messages.health import GatewayReported
from messages.lifecycle import (
    Credentials,
    CredentialsWanted,
    FencePair,
    NeighboursChanged,
    StartGateway,
    secret_values,
)
from messages.orders import (
    LEAVES_WITHIN_MS,
    CancelOutcomeUnknown,
    CancelRefused,
    CancelSellOrder,
    PlaceSellOrder,
    SellCanceled,
    SellFenced,
    SellOutcomeUnknown,
    SellPlaced,
    SellRefused,
)
from messages.queries import AskExchange, FetchBalance, FetchFailed, FetchMarket, FetchReference, FetchTop

_SENDING_MS = 7_000  # connecting, and a second try after the clock was wrong
_ORDER_ANSWER_S = 3.0  # a later answer is not waited for: the outcome is asked about instead
_CREDENTIALS_AGAIN_S = 1.0
_REPORT_EVERY_S = 1.0
_SYNC_TIME_EVERY_S = 600.0
_QUIET_S = 20.0


@dataclass(frozen=True, slots=True)
class _Next:
    """To itself: the next question, after the orders that came meanwhile."""


@dataclass(frozen=True, slots=True)
class _Report:
    pass


@dataclass(frozen=True, slots=True)
class _SyncTime:
    pass


@dataclass(slots=True)
class _Counts:
    requests: int = 0
    orders: int = 0
    refused: int = 0
    unknown: int = 0
    weight_used: int | None = None


class Gateway(EngineActor):
    """Sends one request at a time and waits for its answer; holds the account's key."""

    _start: StartGateway
    _monitor: Any = None
    _rest: RestClient | None = None
    _blocked_until = 0.0
    _trouble = ""
    _key_trouble = ""
    _last_request_at = 0.0

    def __init__(self) -> None:
        super().__init__()
        self._newest: dict[str, int] = {}
        self._queries: deque[tuple[Query, Sender]] = deque()
        self._counts = _Counts()

    @handles(StartGateway)
    def _begin(self, message: StartGateway, sender: Sender) -> None:
        self._start, self._monitor = message, message.monitor
        self._want_credentials()
        self.wake_in(_REPORT_EVERY_S, _Report())

    def _want_credentials(self) -> None:
        if self._rest is None:
            self.send(self._start.launcher, CredentialsWanted(self.myAddress))
            self.wake_in(_CREDENTIALS_AGAIN_S, CredentialsWanted(None))

    @handles(Credentials)
    def _credentials(self, message: Credentials, sender: Sender) -> None:
        if self._rest is None:
            hide(secret_values(message))
            try:
                signer = signer_of(message)
            except KeyProblemError as error:
                self._trouble = f"the key cannot be used: {error}"
                return
            window_ms = self._start.recv_window_ms
            self._rest = RestClient(
                self._start.rest_url, signer, recv_window_ms=window_ms, read_timeout_s=_ORDER_ANSWER_S
            )
            self._trouble = ""
            self._sync_time()
            self._pump()
            self._report()

    @handles(NeighboursChanged)
    def _neighbours_changed(self, message: NeighboursChanged, sender: Sender) -> None:
        self._monitor = message.neighbours.monitor

    # Orders

    @handles(FencePair)
    def _fence(self, message: FencePair, sender: Sender) -> None:
        self._newest[message.symbol] = max(message.incarnation, self._newest.get(message.symbol, 0))

    @handles(PlaceSellOrder)
    def _place(self, message: PlaceSellOrder, sender: Sender) -> None:
        if self._is_newest(message, sender):
            self._counts.orders += 1
            self.reply(sender, self._placed(message))

    @handles(CancelSellOrder)
    def _cancel(self, message: CancelSellOrder, sender: Sender) -> None:
        if self._is_newest(message, sender):
            self.reply(sender, self._cancelled(message))

    def _is_newest(self, message: PlaceSellOrder | CancelSellOrder, sender: Sender) -> bool:
        """Whether the newest keeper of the pair says so; others are told that they are fenced off."""
        newest = max(message.incarnation, self._newest.get(message.symbol, 0))
        self._newest[message.symbol] = newest
        if message.incarnation < newest:
            self.reply(sender, SellFenced(message.symbol, message.client_id, newest))
        return message.incarnation == newest

    def _hindrance(self, sent_ms: int) -> str:
        """Why a request must not leave now; empty when it may."""
        if self._rest is None or self._is_blocked():
            return "not sent: the Gateway is starting or rate limited"
        is_late = self.wall_ms() - sent_ms > LEAVES_WITHIN_MS - _SENDING_MS
        return "not sent: it waited too long in the Gateway" if is_late else ""

    def _cancelled(self, message: CancelSellOrder) -> SellCanceled | CancelRefused | CancelOutcomeUnknown:
        symbol, client_id = message.symbol, message.client_id
        hindrance = self._hindrance(message.sent_ms)
        if hindrance or self._rest is None:
            return CancelRefused(symbol, client_id, 0, hindrance)
        outcome = self._seen(self._rest.cancel_order(symbol, message.order_id, message.cancel_id))
        match outcome:
            case Answered(body=OrderReport() as report):
                return SellCanceled(symbol, client_id, report)
            case RefusedByExchange(code, text):
                return CancelRefused(symbol, client_id, code, text)
            case RateLimited() | NotSent():
                return CancelRefused(symbol, client_id, 0, f"not sent: {text_of(outcome)}")
            case _:
                return CancelOutcomeUnknown(symbol, client_id, text_of(outcome))

    def _placed(self, message: PlaceSellOrder) -> SellPlaced | SellRefused | SellOutcomeUnknown:
        symbol, client_id = message.symbol, message.client_id
        hindrance = self._hindrance(message.sent_ms)
        if hindrance or self._rest is None:
            return SellRefused(symbol, client_id, 0, hindrance)
        outcome = self._seen(self._rest.place_sell(symbol, client_id, message.price, message.quantity))
        match outcome:
            case Answered(body=Placed(report, fills)):
                return SellPlaced(symbol, client_id, report, fills)
            case RefusedByExchange(code, text):
                self._counts.refused += 1
                return SellRefused(symbol, client_id, code, text)
            case RateLimited() | NotSent():
                return SellRefused(symbol, client_id, 0, f"not sent: {text_of(outcome)}")
            case _:
                self._counts.unknown += 1
                return SellOutcomeUnknown(symbol, client_id, text_of(outcome))

    # Questions

    @handles(AskExchange, FetchMarket, FetchTop, FetchBalance, FetchReference)
    def _query(self, message: Query, sender: Sender) -> None:
        if (message, sender) not in self._queries:
            self._queries.append((message, sender))
            if len(self._queries) == 1:
                self._pump()

    @handles(_Next)
    def _next(self, message: _Next, sender: Sender) -> None:
        if self._rest is None or not self._queries:
            return
        query, asker = self._queries.popleft()
        try:
            self.reply(asker, self._answer(self._rest, query))
        finally:
            self._pump()  # a question that fails must not hold up the others

    def _pump(self) -> None:
        if self._queries and self._rest is not None:
            self.send(self.myAddress, _Next())

    def _answer(self, rest: RestClient, query: Query) -> Any:
        if self._is_blocked():
            return FetchFailed(query.request_id, "rate limited", self._blocked_until - self.monotonic())
        return answer_to(query, rest, self._seen)

    # What every request teaches

    def _seen(self, outcome: Outcome, *, is_signed: bool = True) -> Outcome:
        self._counts.requests += 1
        if isinstance(outcome, RateLimited):
            self._blocked_until = self.monotonic() + outcome.retry_after_s
            self._trouble = text_of(outcome)
        elif isinstance(outcome, NotSent):
            self._trouble = text_of(outcome)
        else:
            self._trouble = ""
        if is_signed:  # what needs no key says nothing about it
            self._key_trouble = f"the exchange refuses the key: {text_of(outcome)}" if is_bad_key(outcome) else ""
        self._last_request_at = self.monotonic()
        if isinstance(outcome, Answered):
            self._counts.weight_used = outcome.weight_used
        return outcome

    def _is_blocked(self) -> bool:
        return self.monotonic() < self._blocked_until

    def _sync_time(self) -> None:
        if self._rest is None:
            return
        if self._is_blocked():
            self.wake_in(self._blocked_until - self.monotonic(), _SyncTime())
            return
        self._seen(self._rest.sync_time(), is_signed=False)
        self.wake_in(_SYNC_TIME_EVERY_S, _SyncTime())

    def _keep_warm(self) -> None:
        """A connection that the exchange closed for its silence would cost the next SELL a handshake."""
        is_quiet = self.monotonic() - self._last_request_at > _QUIET_S
        if self._rest is not None and is_quiet and not self._is_blocked():
            self._seen(self._rest.server_time(), is_signed=False)

    # Time

    def on_wakeup(self, payload: Any) -> None:
        match payload:
            case CredentialsWanted():
                self._want_credentials()
            case _SyncTime():
                self._sync_time()
            case _Report():
                self._keep_warm()
                self._report()
                self.wake_in(_REPORT_EVERY_S, _Report())

    def _report(self) -> None:
        if self._monitor is None:
            return
        counts = self._counts
        trouble = self._key_trouble or self._trouble or ("" if self._rest else "waiting for the key")
        message = GatewayReported(
            at_ms=self.wall_ms(),
            requests=counts.requests,
            orders=counts.orders,
            refused=counts.refused,
            unknown=counts.unknown,
            weight_used=counts.weight_used,
            trouble=trouble,
        )
        self.send(self._monitor, message)

    def on_exit(self) -> None:
        if self._rest is not None:
            self._rest.close()
