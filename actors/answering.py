"""How the Gateway answers a keeper's question: which request it takes, and what the exchange's word means."""

from decimal import Decimal
from typing import Any, Protocol

from lotkeeper.exchange.outcomes import Answered, NotSent, Outcome, RateLimited, Unknown, is_missing_order
from lotkeeper.exchange.outcomes import Refused as RefusedByExchange
from lotkeeper.exchange.rest import RestClient
from lotkeeper.exchange.shapes import Account, Balance, BookTicker, ExchangeInfo
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
    FetchReference,
    FetchTop,
    MarketFetched,
    OrdersFetched,
    ReferenceFetched,
    TopFetched,
    TradesFetched,
)

Query = AskExchange | FetchMarket | FetchTop | FetchBalance | FetchReference
_RETRY_S = 1.0
_NO_SUCH_SYMBOL = -1121  # Binance errors.md, BAD_SYMBOL


class Seen(Protocol):
    """The Gateway's look at every outcome, which it gives back."""

    def __call__(self, outcome: Outcome, *, is_signed: bool = True) -> Outcome: ...


def answer_to(query: Query, rest: RestClient, seen: Seen) -> Any:
    """The message that answers the question; FetchFailed when there was no answer to be had."""
    match query:
        case FetchMarket():
            return _market(query, rest, seen)
        case FetchTop():
            return _top(query, rest, seen)
        case FetchBalance():
            return _balance(query, rest, seen)
        case FetchReference():
            return _reference(query, rest, seen)
        case _:
            return _told(query, rest, seen)


def _told(query: AskExchange, rest: RestClient, seen: Seen) -> Any:
    outcome = seen(_request(rest, query.symbol, query.question))
    if is_missing_order(outcome):
        return OrdersFetched(query.request_id, ())
    if not isinstance(outcome, Answered):
        return _unanswered(query, outcome)
    body = outcome.body if isinstance(outcome.body, tuple) else (outcome.body,)
    is_about_trades = isinstance(query.question, NewestTrade | TradesFrom | TradesOfOrder)
    return (TradesFetched if is_about_trades else OrdersFetched)(query.request_id, body)


def _market(query: FetchMarket, rest: RestClient, seen: Seen) -> Any:
    info = seen(rest.exchange_info([query.symbol]), is_signed=False)
    if not isinstance(info, Answered):
        return _unanswered(query, info)
    found = info.body if isinstance(info.body, ExchangeInfo) else ExchangeInfo({}, ())
    pair = found.pairs.get(query.symbol)
    if pair is None:
        reason = "; ".join(found.problems) or f"the exchange's answer has no {query.symbol}"
        return FetchFailed(query.request_id, reason, _RETRY_S)
    commission = seen(rest.commission(query.symbol))
    if isinstance(commission, Answered) and isinstance(commission.body, Commission):
        return MarketFetched(query.request_id, pair, commission.body)
    return _unanswered(query, commission)


def _top(query: FetchTop, rest: RestClient, seen: Seen) -> Any:
    outcome = seen(rest.book_ticker(query.symbol), is_signed=False)
    if isinstance(outcome, RefusedByExchange) and outcome.code == _NO_SUCH_SYMBOL:
        return TopFetched(query.request_id, query.symbol, None)
    if isinstance(outcome, Answered) and isinstance(outcome.body, BookTicker):
        return TopFetched(query.request_id, query.symbol, Top(outcome.body.bid, outcome.body.ask))
    return _unanswered(query, outcome)


def _balance(query: FetchBalance, rest: RestClient, seen: Seen) -> Any:
    outcome = seen(rest.account())
    if isinstance(outcome, Answered) and isinstance(outcome.body, Account):
        none = Balance(query.asset, ZERO, ZERO)
        held = next((each for each in outcome.body.balances if each.asset == query.asset), none)
        return BalanceFetched(query.request_id, query.asset, held.free, held.locked)
    return _unanswered(query, outcome)


def _reference(query: FetchReference, rest: RestClient, seen: Seen) -> Any:
    """The reference price, which not every pair has and older exchanges know nothing of; else the average."""
    outcome = seen(rest.reference_price(query.symbol), is_signed=False)
    if not isinstance(outcome, Answered) or not outcome.body:
        outcome = seen(rest.average_price(query.symbol), is_signed=False)
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


def text_of(outcome: Outcome) -> str:
    """What became of a request, in words."""
    match outcome:
        case RefusedByExchange(code, text):
            return f"{text} ({code})"
        case RateLimited(retry_after_s, _, text):
            return f"{text}; again in {retry_after_s:.0f} s"
        case Unknown(reason) | NotSent(reason):
            return reason
        case Answered():
            return "an answer of an unexpected shape"
