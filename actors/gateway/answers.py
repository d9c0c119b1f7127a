"""Each query of the Gateway in one place: what its answer costs at most, the requests it takes, and the reply."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from actors.gateway.answer_cache import NOT_LISTED, BalanceCache, OpenOrdersBatch, PriceFetcher, RulesCache
from actors.gateway.refused_questions import RefusedQuestions, Topic
from actors.gateway.request_runner import Steps
from actors.gateway.throttle import UNREACHED_S, RequestThrottle, with_retry
from lotkeeper.exchange import requests
from lotkeeper.exchange.budget.costs import Cost, Purpose, cost_of
from lotkeeper.exchange.budget.limits import LimitKind
from lotkeeper.exchange.requests import ExchangeRequest
from lotkeeper.exchange.rest.outcomes import Answered, NotSent, Outcome, RateLimited, Refused, describe, is_refused_as
from lotkeeper.exchange.shapes import ExchangeInfo
from lotkeeper.trading.lots.fees import Commission
from lotkeeper.trading.money import ZERO
from lotkeeper.trading.orders.fills import Fill, Side, UnreadableTrade
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.prices.best_prices import BestPrices
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
from messages.queries import (
    AskExchange,
    BalanceFetched,
    FetchBalance,
    FetchFailed,
    FetchMarket,
    FetchPrices,
    FetchReference,
    FetchTop,
    MarketFetched,
    OrdersFetched,
    PricesFetched,
    ReferenceFetched,
    TopFetched,
    TradesFetched,
)

Query = AskExchange | FetchMarket | FetchTop | FetchBalance | FetchReference | FetchPrices
_RETRY_S = 1.0
_BUSY_PERCENT = 30  # of the request weight: two hundred pairs that ask alone from here on would use up the minute


@dataclass(frozen=True, slots=True)
class _Request:
    """One question of a reconciliation as a request: what it costs at most, and the kind of the reply."""

    cost: Cost
    build: Callable[[str, Any], ExchangeRequest]  # from the symbol and the question
    reply: type[OrdersFetched] | type[TradesFetched]


def _cost(path: str, *named: str) -> Cost:
    return cost_of("GET", f"/api/v3/{path}", dict.fromkeys(named, "X"))


_OPEN_ORDERS, _ALL_OPEN_ORDERS = _cost("openOrders", "symbol"), _cost("openOrders")
_TRADES, _TRADES_OF_ORDER = with_retry(_cost("myTrades")), with_retry(_cost("myTrades", "orderId"))
_ORDER = with_retry(_cost("order", "symbol"))
_NEWEST_ORDERS = with_retry(_cost("allOrders"))
_ALLOCATIONS = with_retry(_cost("myAllocations"))

_REQUESTS: Mapping[type[Question], _Request] = {
    NewestTrades: _Request(_TRADES, lambda symbol, _: requests.trades(symbol, limit=NEWEST), TradesFetched),
    TradesSince: _Request(
        _TRADES, lambda symbol, asked: requests.trades(symbol, since_ms=asked.time_ms, limit=PAGE), TradesFetched
    ),
    NewestOrders: _Request(_NEWEST_ORDERS, lambda symbol, _: requests.newest_orders(symbol, PAGE), OrdersFetched),
    TradesFrom: _Request(
        _TRADES, lambda symbol, asked: requests.trades(symbol, from_id=asked.trade_id, limit=PAGE), TradesFetched
    ),
    OlderTrades: _Request(
        _TRADES, lambda symbol, asked: requests.trades(symbol, from_id=asked.trade_id, limit=PAGE), TradesFetched
    ),
    TradesOfOrder: _Request(
        _TRADES_OF_ORDER,
        lambda symbol, asked: requests.trades(symbol, order_id=asked.order_id, limit=PAGE),
        TradesFetched,
    ),
    AllocationsSince: _Request(
        _ALLOCATIONS, lambda symbol, asked: requests.allocations_since(symbol, asked.time_ms), TradesFetched
    ),
    AllocationsOfOrder: _Request(
        _ALLOCATIONS, lambda symbol, asked: requests.allocations_of_order(symbol, asked.order_id), TradesFetched
    ),
    OpenOrders: _Request(with_retry(_OPEN_ORDERS), lambda symbol, _: requests.open_orders(symbol), OrdersFetched),
    OrderByClientId: _Request(
        _ORDER, lambda symbol, asked: requests.order_by_client_id(symbol, asked.client_id), OrdersFetched
    ),
    OrderById: _Request(_ORDER, lambda symbol, asked: requests.order_by_id(symbol, asked.order_id), OrdersFetched),
}
# What the other queries cost at most, with the requests that only a wrong clock or an unlisted symbol makes necessary.
_RULES = _cost("exchangeInfo") + _cost("exchangeInfo")
_COMMISSION = with_retry(_cost("account/commission"))
_TOP = _cost("ticker/bookTicker", "symbol")
_TOP_OF_SECOND = _cost("klines", "symbol") + _TOP
_BALANCE = with_retry(_cost("account"))
_REFERENCE = _cost("referencePrice") + _cost("avgPrice")
_PRICES = _cost("ticker/bookTicker") + _cost("ticker/bookTicker")


def purpose_of(query: Query) -> Purpose:
    return Purpose.PRICES if isinstance(query, FetchPrices) else Purpose.RECONCILING


def max_cost_of(query: Query) -> Cost:
    """The cost of every request that the answer may take."""
    match query:
        case AskExchange(question=question):
            return _REQUESTS[type(question)].cost
        case FetchMarket(with_commission=with_commission):
            return _RULES + _COMMISSION if with_commission else _RULES
        case FetchTop(at_ms=at_ms):
            return _TOP if at_ms is None else _TOP_OF_SECOND
        case FetchBalance():
            return _BALANCE
        case FetchReference():
            return _REFERENCE
        case FetchPrices():
            return _PRICES


def asks_open_orders(query: Query) -> bool:
    return isinstance(query, AskExchange) and isinstance(query.question, OpenOrders)


class Answers:
    """Answers queries within the limits of the exchange, from the cache where the query accepts that."""

    def __init__(
        self, throttle: RequestThrottle, on_orders: Callable[[Iterable[OrderReport]], None] = lambda _: None
    ) -> None:
        """`on_orders` hears of all orders that an answer shows."""
        self.rules = RulesCache()
        self.balances = BalanceCache()
        self._prices = PriceFetcher()
        self._batch = OpenOrdersBatch()
        self._refused = RefusedQuestions()
        self._throttle, self._on_orders = throttle, on_orders

    def reply_to(self, query: Query, wall_ms: int) -> Steps[object]:
        """The message that answers the query; FetchFailed when no answer could be had."""
        cached = self.balances.find(query, wall_ms) if isinstance(query, FetchBalance) else None
        if cached is not None:
            return cached
        refused = self._refused.deferral(_topic_of(query), self._now_s)
        if refused is not None:
            is_unlisted = self._refused.is_unlisted(_topic_of(query))
            return FetchFailed(query.request_id, refused.reason, refused.retry_s, is_unlisted)
        deferred = self._throttle.deferral(max_cost_of(query), purpose_of(query))
        if deferred is not None:
            return FetchFailed(query.request_id, deferred.reason, deferred.retry_s)
        return (yield from self._fetch(query, wall_ms))

    def waits_for_share(self, query: Query) -> bool:
        """Whether the budget broker is being asked for what the query costs: that takes a moment."""
        return self._throttle.is_share_asked(max_cost_of(query), purpose_of(query))

    def should_gather_open_orders(self, wall_ms: int) -> bool:
        """Whether queries for open orders should wait for each other, so that one request answers them all.

        While little of the minute's weight is used, there is room for each pair to ask alone.
        """
        used_percent = self._throttle.budget.used_percent(LimitKind.WEIGHT, self._throttle.now_ms)
        return used_percent >= _BUSY_PERCENT and not self._batch.is_paused(wall_ms)

    def is_cheaper_for_all(self, count: int, wall_ms: int) -> bool:
        """Whether one request for the open orders of all pairs should answer so many queries for them."""
        if count * _OPEN_ORDERS.weight <= _ALL_OPEN_ORDERS.weight or self._batch.is_paused(wall_ms):
            return False
        return self._throttle.deferral(with_retry(_ALL_OPEN_ORDERS), Purpose.RECONCILING) is None

    def reply_to_all(self, queries: Sequence[Query], wall_ms: int) -> Steps[list[OrdersFetched]]:
        """The answers to queries for open orders by one request for all pairs; none where each should go alone.

        The queries must be of `asks_open_orders`; the answers come in their order.
        """
        asked = [query for query in queries if isinstance(query, AskExchange)]
        replies = yield from self._batch.fetch(asked, wall_ms)
        for reply in replies:
            self._on_orders(reply.reports)
        return replies

    def _fetch(self, query: Query, wall_ms: int) -> Steps[object]:
        match query:
            case AskExchange():
                return (yield from self._fetch_question(query))
            case FetchMarket():
                return (yield from self._fetch_market(query, wall_ms))
            case FetchTop():
                return (yield from self._fetch_top(query))
            case FetchBalance():
                found = yield from self.balances.fetch(query, wall_ms)
                return found if isinstance(found, BalanceFetched) else self._failed(query, found)
            case FetchReference():
                return (yield from self._fetch_reference(query))
            case FetchPrices():
                return (yield from self._fetch_prices(query, wall_ms))

    def _fetch_question(self, query: AskExchange) -> Steps[object]:
        request = _REQUESTS[type(query.question)]
        outcome = yield request.build(query.symbol, query.question)
        self._refused.learn(_topic_of(query), outcome, self._now_s)
        if is_refused_as(outcome, RefusalKind.UNKNOWN_ORDER):
            return OrdersFetched(query.request_id, ())
        if is_refused_as(outcome, RefusalKind.ARCHIVED_ORDER):
            return OrdersFetched(query.request_id, _archived_order(query.symbol, query.question))
        if not isinstance(outcome, Answered):
            return self._failed(query, outcome)
        body = outcome.body if isinstance(outcome.body, tuple) else (outcome.body,)
        if request.reply is OrdersFetched:
            self._on_orders(body)
            return OrdersFetched(query.request_id, body)
        unreadable = tuple(each for each in body if isinstance(each, UnreadableTrade))
        return TradesFetched(query.request_id, tuple(each for each in body if isinstance(each, Fill)), unreadable)

    def _fetch_top(self, query: FetchTop) -> Steps[object]:
        """Of a second of which the exchange tells nothing, or not in this way, the prices of now are the answer."""
        if query.at_ms is None:
            outcome = yield requests.book_ticker(query.symbol)
        else:
            outcome = yield requests.prices_in_second(query.symbol, query.at_ms)
            is_refused = isinstance(outcome, Refused) and outcome.kind is not RefusalKind.UNKNOWN_SYMBOL
            if is_refused or (isinstance(outcome, Answered) and outcome.body is None):
                outcome = yield from self._then(requests.book_ticker(query.symbol))
        if is_refused_as(outcome, RefusalKind.UNKNOWN_SYMBOL):
            return TopFetched(query.request_id, query.symbol, None)
        if isinstance(outcome, Answered) and isinstance(outcome.body, BestPrices):
            return TopFetched(query.request_id, query.symbol, outcome.body)
        return self._failed(query, outcome)

    def _failed(self, query: Query, outcome: Outcome) -> FetchFailed:
        """A definite refusal is tried again ever later."""
        refused_s = self._refused.learn(_topic_of(query), outcome, self._now_s)
        retry_s = _retry_s(outcome) if refused_s is None else refused_s
        return FetchFailed(query.request_id, describe(outcome), retry_s, is_refused_as(outcome, *NOT_LISTED))

    @property
    def _now_s(self) -> float:
        return self._throttle.read_clocks().monotonic_s

    def _fetch_market(self, query: FetchMarket, wall_ms: int) -> Steps[object]:
        found = yield from self.rules.fetch(query, wall_ms)
        if not isinstance(found, ExchangeInfo):
            return self._failed(query, found)
        pair = found.pairs.get(query.symbol)
        if pair is None:
            about = (problem for problem in found.problems if problem.startswith(query.symbol))
            reason = "; ".join(about) or "; ".join(found.problems) or f"the exchange's answer has no {query.symbol}"
            return self._failed(query, Refused(0, reason, RefusalKind.OTHER))  # its rules could not be read
        if not query.with_commission:
            self._refused.learn(_topic_of(query), Answered(found), self._now_s)
            return MarketFetched(query.request_id, pair, None, self._throttle.now_ms)
        commission = yield from self._then(requests.commission(query.symbol))
        if isinstance(commission, Answered) and isinstance(commission.body, Commission):
            self._refused.learn(_topic_of(query), commission, self._now_s)
            return MarketFetched(query.request_id, pair, commission.body, self._throttle.now_ms)
        return self._failed(query, commission)

    def _fetch_reference(self, query: FetchReference) -> Steps[object]:
        """The reference price; the average price for pairs that have none and for exchanges that do not know it."""
        outcome = yield requests.reference_price(query.symbol)
        if not isinstance(outcome, Answered | RateLimited) or (isinstance(outcome, Answered) and not outcome.body):
            outcome = yield from self._then(requests.average_price(query.symbol))
        if isinstance(outcome, Answered) and isinstance(outcome.body, Decimal):
            return ReferenceFetched(query.request_id, query.symbol, outcome.body)
        return self._failed(query, outcome)

    def _fetch_prices(self, query: FetchPrices, wall_ms: int) -> Steps[object]:
        outcome = yield from self._prices.fetch(query.symbols, wall_ms)
        if isinstance(outcome, Answered) and isinstance(outcome.body, dict):
            return PricesFetched(query.request_id, outcome.body, wall_ms)
        return self._failed(query, outcome)

    def _then(self, request: ExchangeRequest) -> Steps[Outcome]:
        """A further request of an answer: others may have used up meanwhile what was there for it."""
        cost = with_retry(request.cost) if request.is_signed else request.cost
        deferred = self._throttle.deferral(cost, Purpose.RECONCILING)
        if deferred is not None:
            return RateLimited(deferred.retry_s, deferred.reason)
        return (yield request)


def _topic_of(query: Query) -> Topic:
    """What is refused together."""
    match query:
        case AskExchange(symbol=symbol, question=question):
            return symbol, type(question).__name__
        case FetchMarket(symbol=symbol) | FetchReference(symbol=symbol) | FetchTop(symbol=symbol):
            return symbol, type(query).__name__
        case FetchBalance() | FetchPrices():
            return (type(query).__name__,)


def _archived_order(symbol: str, question: Question) -> tuple[OrderReport, ...]:
    """What -2026 says: the order ended without a trade over 90 days ago (Binance errors.md), and is not shown any more.

    Only our SELLs are asked about that have not sold, as far as is known. By its client order id it may be an earlier
    one of the same name: that one proves no more than that there is no such order now.
    """
    if not isinstance(question, OrderById):
        return ()
    return (
        OrderReport(
            symbol=symbol,
            order_id=question.order_id,
            client_id="",
            side=Side.SELL,
            status="EXPIRED",
            price=ZERO,
            quantity=ZERO,
            executed=ZERO,
            quote_executed=ZERO,
            time_ms=0,
        ),
    )


def _retry_s(outcome: Outcome) -> float:
    match outcome:
        case RateLimited(retry_after_s):
            return retry_after_s
        case NotSent():
            return UNREACHED_S
        case _:
            return _RETRY_S
