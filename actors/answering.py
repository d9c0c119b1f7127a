"""How the Gateway answers a keeper's question: which request it takes, and what the exchange's word means."""

from decimal import Decimal
from typing import Any

from actors.gateway_parts.quotes import Quotes
from lotkeeper.exchange.outcomes import Answered, Outcome, RateLimited, is_missing_order
from lotkeeper.exchange.outcomes import Refused as RefusedByExchange
from lotkeeper.exchange.rest import RestClient
from lotkeeper.exchange.shapes import Account, Balance, BookTicker, ExchangeInfo
from lotkeeper.exchange.words import text_of
from lotkeeper.trading.fees import Commission
from lotkeeper.trading.money import ZERO
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
from lotkeeper.trading.valuing import Top
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
_NO_SUCH_SYMBOL = -1121  # Binance errors.md, BAD_SYMBOL


def answer_to(query: Query, rest: RestClient, quotes: Quotes, wall_ms: int) -> Any:
    """The message that answers the question; FetchFailed when there was no answer to be had."""
    match query:
        case FetchPrices():
            return _prices(query, rest, quotes, wall_ms)
        case FetchMarket():
            return _market(query, rest)
        case FetchTop():
            return _top(query, rest)
        case FetchBalance():
            return _balance(query, rest)
        case FetchReference():
            return _reference(query, rest)
        case _:
            return _told(query, rest)


def _told(query: AskExchange, rest: RestClient) -> Any:
    outcome = _request(rest, query.symbol, query.question)
    if is_missing_order(outcome):
        return OrdersFetched(query.request_id, ())
    if not isinstance(outcome, Answered):
        return _unanswered(query, outcome)
    body = outcome.body if isinstance(outcome.body, tuple) else (outcome.body,)
    is_about_trades = isinstance(query.question, NewestTrade | TradesFrom | TradesOfOrder)
    return (TradesFetched if is_about_trades else OrdersFetched)(query.request_id, body)


def _market(query: FetchMarket, rest: RestClient) -> Any:
    info = rest.exchange_info([query.symbol])
    if not isinstance(info, Answered):
        return _unanswered(query, info)
    found = info.body if isinstance(info.body, ExchangeInfo) else ExchangeInfo({}, ())
    pair = found.pairs.get(query.symbol)
    if pair is None:
        reason = "; ".join(found.problems) or f"the exchange's answer has no {query.symbol}"
        return FetchFailed(query.request_id, reason, _RETRY_S)
    commission = rest.commission(query.symbol)
    if isinstance(commission, Answered) and isinstance(commission.body, Commission):
        return MarketFetched(query.request_id, pair, commission.body)
    return _unanswered(query, commission)


def _top(query: FetchTop, rest: RestClient) -> Any:
    outcome = rest.book_ticker(query.symbol)
    if isinstance(outcome, RefusedByExchange) and outcome.code == _NO_SUCH_SYMBOL:
        return TopFetched(query.request_id, query.symbol, None)
    if isinstance(outcome, Answered) and isinstance(outcome.body, BookTicker):
        return TopFetched(query.request_id, query.symbol, Top(outcome.body.bid, outcome.body.ask))
    return _unanswered(query, outcome)


def _prices(query: FetchPrices, rest: RestClient, quotes: Quotes, wall_ms: int) -> Any:
    outcome = quotes.fetched(query.symbols, rest, wall_ms)
    if isinstance(outcome, Answered) and isinstance(outcome.body, dict):
        return PricesFetched(query.request_id, outcome.body, wall_ms)
    return _unanswered(query, outcome)


def _balance(query: FetchBalance, rest: RestClient) -> Any:
    outcome = rest.account()
    if isinstance(outcome, Answered) and isinstance(outcome.body, Account):
        none = Balance(query.asset, ZERO, ZERO)
        held = next((each for each in outcome.body.balances if each.asset == query.asset), none)
        return BalanceFetched(query.request_id, query.asset, held.free, held.locked)
    return _unanswered(query, outcome)


def _reference(query: FetchReference, rest: RestClient) -> Any:
    """The reference price, which not every pair has and older exchanges know nothing of; else the average."""
    outcome = rest.reference_price(query.symbol)
    if not isinstance(outcome, Answered | RateLimited) or (isinstance(outcome, Answered) and not outcome.body):
        outcome = rest.average_price(query.symbol)
    if isinstance(outcome, Answered) and isinstance(outcome.body, Decimal):
        return ReferenceFetched(query.request_id, query.symbol, outcome.body)
    return _unanswered(query, outcome)


def _unanswered(query: Query, outcome: Outcome) -> FetchFailed:
    retry_s = outcome.retry_after_s if isinstance(outcome, RateLimited) else _RETRY_S
    return FetchFailed(query.request_id, text_of(outcome), retry_s)


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
