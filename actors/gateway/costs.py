"""What the answer to a question takes at most, for the leave that is asked before its first request."""

from actors.gateway.answers import Query
from actors.gateway.throttle import with_retry
from lotkeeper.exchange.budget.weights import Cost, cost_of
from lotkeeper.trading.recovery.reconcile import (
    NewestTrade,
    OlderTrades,
    OpenOrders,
    Question,
    TradesFrom,
    TradesOfOrder,
)
from messages.queries import AskExchange, FetchBalance, FetchMarket, FetchPrices, FetchReference, FetchTop

_NAMED = {"symbol": "X"}
PLACING = with_retry(cost_of("POST", "/api/v3/order", {}))
CANCELLING = with_retry(cost_of("DELETE", "/api/v3/order", {}))


def asking(query: Query) -> Cost:
    """Each request that it may take, also those that only a wrong clock or a symbol that is not listed asks for."""
    match query:
        case AskExchange(question=question):
            return with_retry(_told(question))
        case FetchMarket():
            rules = _public("exchangeInfo") + _public("exchangeInfo")
            return rules + with_retry(cost_of("GET", "/api/v3/account/commission", {}))
        case FetchTop():
            return _public("ticker/bookTicker", "symbol")
        case FetchBalance():
            return with_retry(cost_of("GET", "/api/v3/account", {}))
        case FetchReference():
            return _public("referencePrice") + _public("avgPrice")
        case FetchPrices():
            return _public("ticker/bookTicker") + _public("ticker/bookTicker")


def _told(question: Question) -> Cost:
    match question:
        case NewestTrade() | TradesFrom() | OlderTrades():
            return cost_of("GET", "/api/v3/myTrades", {})
        case TradesOfOrder():
            return cost_of("GET", "/api/v3/myTrades", {"orderId": "1"})
        case OpenOrders():
            return cost_of("GET", "/api/v3/openOrders", _NAMED)
        case _:
            return cost_of("GET", "/api/v3/order", _NAMED)


def _public(path: str, *named: str) -> Cost:
    return cost_of("GET", f"/api/v3/{path}", dict.fromkeys(named, "X"))
