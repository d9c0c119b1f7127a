"""Gateway: the only sender of signed requests. Orders go before questions, and only the newest keeper is obeyed."""

from collections import deque
from dataclasses import dataclass
from typing import Any

from actors.signers import signer_of
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.exchange.outcomes import (
    Answered,
    NotSent,
    Outcome,
    RateLimited,
    Unknown,
    is_bad_key,
    is_missing_order,
)
from lotkeeper.exchange.outcomes import Refused as RefusedByExchange
from lotkeeper.exchange.rest import RestClient
from lotkeeper.exchange.shapes import BookTicker, ExchangeInfo, Placed
from lotkeeper.exchange.signing import KeyProblemError
from lotkeeper.logs import hide
from lotkeeper.trading.fees import Commission
from lotkeeper.trading.reconcile import (
    PAGE,
    NewestTrade,
    OpenOrders,
    OrderByClientId,
    OrderById,
    Question,
    TradesFrom,
    TradesOfOrder,
)
from messages.health import GatewayReported
from messages.lifecycle import (
    Credentials,
    CredentialsWanted,
    FencePair,
    NeighboursChanged,
    StartGateway,
    secret_values,
)
from messages.orders import LEAVES_WITHIN_MS, PlaceSellOrder, SellFenced, SellOutcomeUnknown, SellPlaced, SellRefused
from messages.queries import (
    AskExchange,
    BidFetched,
    FetchBid,
    FetchFailed,
    FetchMarket,
    MarketFetched,
    OrdersFetched,
    TradesFetched,
)

_SENDING_MS = 7_000  # connecting, and a second try after the clock was wrong
_ORDER_ANSWER_S = 3.0  # a later answer is not waited for: the outcome is asked about instead
_CREDENTIALS_AGAIN_S = 1.0
_REPORT_EVERY_S = 1.0
_SYNC_TIME_EVERY_S = 600.0
_RETRY_S = 1.0
_QUIET_S = 20.0
_NO_SUCH_SYMBOL = -1121  # Binance errors.md, BAD_SYMBOL

Query = AskExchange | FetchMarket | FetchBid


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
        newest = max(message.incarnation, self._newest.get(message.symbol, 0))
        self._newest[message.symbol] = newest
        if message.incarnation < newest:
            self.reply(sender, SellFenced(message.symbol, message.client_id, newest))
            return
        self._counts.orders += 1
        self.reply(sender, self._placed(message))

    def _placed(self, message: PlaceSellOrder) -> SellPlaced | SellRefused | SellOutcomeUnknown:
        symbol, client_id = message.symbol, message.client_id
        if self._rest is None or self._is_blocked():
            return SellRefused(symbol, client_id, 0, "not sent: the Gateway is starting or rate limited")
        if self.wall_ms() - message.sent_ms > LEAVES_WITHIN_MS - _SENDING_MS:
            return SellRefused(symbol, client_id, 0, "not sent: it waited too long in the Gateway")
        outcome = self._seen(self._rest.place_sell(symbol, client_id, message.price, message.quantity))
        match outcome:
            case Answered(body=Placed(report, fills)):
                return SellPlaced(symbol, client_id, report, fills)
            case RefusedByExchange(code, text):
                self._counts.refused += 1
                return SellRefused(symbol, client_id, code, text)
            case RateLimited() | NotSent():
                return SellRefused(symbol, client_id, 0, f"not sent: {_text(outcome)}")
            case _:
                self._counts.unknown += 1
                return SellOutcomeUnknown(symbol, client_id, _text(outcome))

    # Questions

    @handles(AskExchange, FetchMarket, FetchBid)
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
        match query:
            case FetchMarket():
                return self._market(rest, query)
            case FetchBid():
                return self._bid(rest, query)
            case _:
                return self._told(rest, query)

    def _told(self, rest: RestClient, query: AskExchange) -> Any:
        outcome = self._seen(_request(rest, query.symbol, query.question))
        if is_missing_order(outcome):
            return OrdersFetched(query.request_id, ())
        if not isinstance(outcome, Answered):
            return self._unanswered(query, outcome)
        body = outcome.body if isinstance(outcome.body, tuple) else (outcome.body,)
        is_about_trades = isinstance(query.question, NewestTrade | TradesFrom | TradesOfOrder)
        return (TradesFetched if is_about_trades else OrdersFetched)(query.request_id, body)

    def _market(self, rest: RestClient, query: FetchMarket) -> Any:
        info = self._seen(rest.exchange_info([query.symbol]), is_signed=False)
        if not isinstance(info, Answered):
            return self._unanswered(query, info)
        commission = self._seen(rest.commission(query.symbol))
        pair = info.body.pairs.get(query.symbol) if isinstance(info.body, ExchangeInfo) else None
        if isinstance(commission, Answered) and isinstance(commission.body, Commission) and pair is not None:
            return MarketFetched(query.request_id, pair, commission.body)
        return self._unanswered(query, commission)

    def _bid(self, rest: RestClient, query: FetchBid) -> Any:
        outcome = self._seen(rest.book_ticker(query.symbol), is_signed=False)
        if isinstance(outcome, RefusedByExchange) and outcome.code == _NO_SUCH_SYMBOL:
            return BidFetched(query.request_id, query.symbol, None)
        if isinstance(outcome, Answered) and isinstance(outcome.body, BookTicker):
            return BidFetched(query.request_id, query.symbol, outcome.body.bid or None)
        return self._unanswered(query, outcome)

    def _unanswered(self, query: Query, outcome: Outcome) -> FetchFailed:
        retry_s = outcome.retry_after_s if isinstance(outcome, RateLimited) else _RETRY_S
        return FetchFailed(query.request_id, _text(outcome), retry_s)

    # What every request teaches

    def _seen(self, outcome: Outcome, *, is_signed: bool = True) -> Outcome:
        self._counts.requests += 1
        if isinstance(outcome, RateLimited):
            self._blocked_until = self.monotonic() + outcome.retry_after_s
            self._trouble = _text(outcome)
        elif isinstance(outcome, NotSent):
            self._trouble = _text(outcome)
        else:
            self._trouble = ""
        if is_signed:  # what needs no key says nothing about it
            self._key_trouble = f"the exchange refuses the key: {_text(outcome)}" if is_bad_key(outcome) else ""
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


def _request(rest: RestClient, symbol: str, question: Question) -> Outcome:
    match question:
        case NewestTrade():
            return rest.trades(symbol, limit=1)
        case TradesFrom(trade_id):
            return rest.trades(symbol, from_id=trade_id, limit=PAGE)
        case TradesOfOrder(order_id):
            return rest.trades(symbol, order_id=order_id, limit=PAGE)
        case OpenOrders():
            return rest.open_orders(symbol)
        case OrderByClientId(client_id):
            return rest.order_by_client_id(symbol, client_id)
        case OrderById(order_id):
            return rest.order_by_id(symbol, order_id)


def _text(outcome: Outcome) -> str:
    match outcome:
        case RefusedByExchange(code, text):
            return f"{text} ({code})"
        case RateLimited(retry_after_s, _, text):
            return f"{text}; again in {retry_after_s:.0f} s"
        case Unknown(reason) | NotSent(reason):
            return reason
        case Answered():
            return "an answer of an unexpected shape"
