"""How the Gateway answers a keeper's question: which request it takes, and what the exchange's word means."""

from decimal import Decimal
from typing import Any

from actors.gateway.known import Known
from actors.gateway.throttle import UNREACHED_S
from lotkeeper.exchange.rest.client import RestClient
from lotkeeper.exchange.rest.describe import text_of
from lotkeeper.exchange.rest.outcomes import Answered, NotSent, Outcome, RateLimited, is_refused_as
from lotkeeper.exchange.shapes import BookTicker, ExchangeInfo
from lotkeeper.trading.lots.fees import Commission
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.prices.fee_valuation import Top
from lotkeeper.trading.recovery.reconcile import (
    PAGE,
    NewestTrade,
    OlderTrades,
    OpenOrders,
    OrderByClientId,
    OrderById,
    Question,
    TradesFrom,
    TradesOfOrder,
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


def answer_to(query: Query, rest: RestClient, known: Known, wall_ms: int) -> Any:
    """The message that answers the question; FetchFailed when there was no answer to be had."""
    match query:
        case FetchPrices():
            return _prices(query, rest, known, wall_ms)
        case FetchMarket():
            return _market(query, rest, known, wall_ms)
        case FetchTop():
            return _top(query, rest)
        case FetchBalance():
            return _balance(query, rest, known, wall_ms)
        case FetchReference():
            return _reference(query, rest)
        case _:
            return _told(query, rest)


def _told(query: AskExchange, rest: RestClient) -> Any:
    outcome = _request(rest, query.symbol, query.question)
    if is_refused_as(outcome, RefusalKind.UNKNOWN_ORDER):
        return OrdersFetched(query.request_id, ())
    if not isinstance(outcome, Answered):
        return _unanswered(query, outcome)
    body = outcome.body if isinstance(outcome.body, tuple) else (outcome.body,)
    is_about_trades = isinstance(query.question, NewestTrade | TradesFrom | OlderTrades | TradesOfOrder)
    return (TradesFetched if is_about_trades else OrdersFetched)(query.request_id, body)


def _market(query: FetchMarket, rest: RestClient, known: Known, wall_ms: int) -> Any:
    found = known.rules.fetched(query, rest, wall_ms)
    if not isinstance(found, ExchangeInfo):
        return _unanswered(query, found)
    pair = found.pairs.get(query.symbol)
    if pair is None:
        about = (problem for problem in found.problems if problem.startswith(query.symbol))
        reason = "; ".join(about) or "; ".join(found.problems) or f"the exchange's answer has no {query.symbol}"
        return FetchFailed(query.request_id, reason, _RETRY_S)
    commission = rest.commission(query.symbol)
    if isinstance(commission, Answered) and isinstance(commission.body, Commission):
        return MarketFetched(query.request_id, pair, commission.body)
    return _unanswered(query, commission)


def _top(query: FetchTop, rest: RestClient) -> Any:
    outcome = rest.book_ticker(query.symbol)
    if is_refused_as(outcome, RefusalKind.UNKNOWN_SYMBOL):
        return TopFetched(query.request_id, query.symbol, None)
    if isinstance(outcome, Answered) and isinstance(outcome.body, BookTicker):
        return TopFetched(query.request_id, query.symbol, Top(outcome.body.bid, outcome.body.ask))
    return _unanswered(query, outcome)


def _prices(query: FetchPrices, rest: RestClient, known: Known, wall_ms: int) -> Any:
    outcome = known.quotes.fetched(query.symbols, rest, wall_ms)
    if isinstance(outcome, Answered) and isinstance(outcome.body, dict):
        return PricesFetched(query.request_id, outcome.body, wall_ms)
    return _unanswered(query, outcome)


def _balance(query: FetchBalance, rest: RestClient, known: Known, wall_ms: int) -> Any:
    found = known.balances.known(query, wall_ms) or known.balances.fetched(query, rest, wall_ms)
    return found if isinstance(found, BalanceFetched) else _unanswered(query, found)


def _reference(query: FetchReference, rest: RestClient) -> Any:
    """The reference price, which not every pair has and older exchanges know nothing of; else the average."""
    outcome = rest.reference_price(query.symbol)
    if not isinstance(outcome, Answered | RateLimited) or (isinstance(outcome, Answered) and not outcome.body):
        outcome = rest.average_price(query.symbol)
    if isinstance(outcome, Answered) and isinstance(outcome.body, Decimal):
        return ReferenceFetched(query.request_id, query.symbol, outcome.body)
    return _unanswered(query, outcome)


def _unanswered(query: Query, outcome: Outcome) -> FetchFailed:
    return FetchFailed(query.request_id, text_of(outcome), _retry_s(outcome))


def _retry_s(outcome: Outcome) -> float:
    match outcome:
        case RateLimited(retry_after_s):
            return retry_after_s
        case NotSent():
            return UNREACHED_S
        case _:
            return _RETRY_S


def _request(rest: RestClient, symbol: str, question: Question) -> Outcome:
    match question:
        case NewestTrade():
            return rest.trades(symbol, limit=1)
        case TradesFrom(trade_id) | OlderTrades(trade_id):
            return rest.trades(symbol, from_id=trade_id, limit=PAGE)
        case TradesOfOrder(order_id):
            return rest.trades(symbol, order_id=order_id, limit=PAGE)
        case OpenOrders():
            return rest.open_orders(symbol)
        case OrderByClientId(client_id):
            return rest.order_by_client_id(symbol, client_id)
        case OrderById(order_id):
            return rest.order_by_id(symbol, order_id)
