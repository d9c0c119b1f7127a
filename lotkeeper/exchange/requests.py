"""Every request that we send, as a value; REST and the WebSocket API send the same (Binance rest-api.md)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Literal

import orjson

from lotkeeper.exchange.budget.costs import Cost, cost_of
from lotkeeper.exchange.rest import decode
from lotkeeper.exchange.rest.exchange_info import parse_exchange_info
from lotkeeper.trading.money import plain
from lotkeeper.trading.orders.client_ids import (
    SellName,
    client_order_id,
    order_list_id,
    paid_list_id,
    paid_sell_id,
    stop_id,
)
from lotkeeper.trading.orders.stop_leg import StopPrices
from lotkeeper.trading.orders.trails import TRAILING_TYPE, Trail

Method = Literal["GET", "POST", "DELETE"]
MAX_ROWS = 1000  # in one answer (Binance rest-api.md, "Account trade list")


@dataclass(frozen=True, slots=True)
class ExchangeRequest:
    """One request, not yet signed. The WebSocket API has the same parameters, weights and answers as REST."""

    method: Method
    path: str  # of REST, such as "/api/v3/order"
    ws_method: str  # of the WebSocket API, such as "order.place"; empty for a request that goes by REST alone
    params: Mapping[str, str]  # as REST takes them, not percent-encoded
    read: Callable[[object], object]  # decodes the body of the answer; raises MalformedError
    is_signed: bool

    @property
    def cost(self) -> Cost:
        """What it takes of the limits of its address and account."""
        return cost_of(self.method, self.path, self.params)


# ---- orders


def place_sell(
    symbol: str, client_id: str, price: Decimal, quantity: Decimal, trail: Trail | None = None
) -> ExchangeRequest:
    """A SELL, good till cancelled: a LIMIT, or a TAKE_PROFIT_LIMIT that follows the price; answered with PlacedOrder.

    Send it once: after Unknown ask for its client order id.
    """
    params = {
        "symbol": symbol,
        "side": "SELL",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": plain(quantity),
        "price": plain(price),
        "newClientOrderId": client_id,
        "newOrderRespType": "FULL",
    }
    if trail is not None:
        params |= _trailing(trail)
    return ExchangeRequest("POST", "/api/v3/order", "order.place", params, decode.placed_order, is_signed=True)


def _trailing(trail: Trail) -> dict[str, str]:
    """Binance rest-api.md, "New order": `stopPrice` may be left out where `trailingDelta` is given."""
    stop = {} if trail.stop_price is None else {"stopPrice": plain(trail.stop_price)}
    return {"type": TRAILING_TYPE, "trailingDelta": str(trail.delta), **stop}


def buy_at_market(
    symbol: str, client_id: str, *, quantity: Decimal | None = None, quote: Decimal | None = None
) -> ExchangeRequest:
    """A MARKET BUY of so much base asset, or for so much quote asset; answered with PlacedOrder.

    Send it once: after Unknown ask for its client order id.
    """
    return place_buy(symbol, client_id, price=None, quantity=quantity, amount=quote)


def place_buy(
    symbol: str, client_id: str, *, price: Decimal | None, quantity: Decimal | None, amount: Decimal | None
) -> ExchangeRequest:
    """A LIMIT BUY, good till cancelled, or without a price a MARKET BUY, of a quantity (base) or for an amount (quote).

    Answered with PlacedOrder. Send it once: after Unknown ask for its client order id.
    """
    limit = {} if price is None else {"timeInForce": "GTC", "price": plain(price)}
    size = {"quoteOrderQty": plain(amount)} if quantity is None and amount is not None else {}
    size = size if quantity is None else {"quantity": plain(quantity)}
    params = {
        "symbol": symbol,
        "side": "BUY",
        "type": "MARKET" if price is None else "LIMIT",
        **limit,
        **size,
        "newClientOrderId": client_id,
        "newOrderRespType": "FULL",
    }
    return ExchangeRequest("POST", "/api/v3/order", "order.place", params, decode.placed_order, is_signed=True)


def place_buy_with_sell(
    symbol: str, client_id: str, *, price: Decimal, quantity: Decimal, sell_price: Decimal
) -> ExchangeRequest:
    """A LIMIT BUY that pays for a LIMIT SELL (OPO): the exchange places the SELL when the BUY is filled, of what that
    brought after its fee (Binance faqs/opo.md). Answered with PlacedOrder.

    Send it once: after Unknown ask for its client order id; the exchange has both or none.
    """
    params = {
        "symbol": symbol,
        "listClientOrderId": paid_list_id(client_id),
        "workingType": "LIMIT",
        "workingSide": "BUY",
        "workingClientOrderId": client_id,
        "workingPrice": plain(price),
        "workingQuantity": plain(quantity),
        "workingTimeInForce": "GTC",
        "pendingType": "LIMIT",
        "pendingSide": "SELL",
        "pendingClientOrderId": paid_sell_id(client_id),
        "pendingPrice": plain(sell_price),
        "pendingTimeInForce": "GTC",
        "newOrderRespType": "FULL",
    }
    path, method = "/api/v3/orderList/opo", "orderList.place.opo"
    return ExchangeRequest("POST", path, method, params, decode.placed_purchase, is_signed=True)


def place_sell_with_stop(
    symbol: str, name: SellName, price: Decimal, quantity: Decimal, stop: StopPrices
) -> ExchangeRequest:
    """A SELL that is an order list (OCO): a LIMIT_MAKER at `price` above, a STOP_LOSS_LIMIT below (Binance rest-api.md,
    "New Order list - OCO"); answered with PlacedOrder. Refused if the market is not between the two.

    Send it once: after Unknown ask for the client order id of the LIMIT_MAKER; the exchange has both or none.
    """
    params = {
        "symbol": symbol,
        "listClientOrderId": order_list_id(name),
        "side": "SELL",
        "quantity": plain(quantity),
        "aboveType": "LIMIT_MAKER",
        "aboveClientOrderId": client_order_id(name),
        "abovePrice": plain(price),
        "belowType": "STOP_LOSS_LIMIT",
        "belowClientOrderId": stop_id(name),
        "belowStopPrice": plain(stop.trigger),
        "belowPrice": plain(stop.limit),
        "belowTimeInForce": "GTC",
        "newOrderRespType": "RESULT",
    }
    path, method = "/api/v3/orderList/oco", "orderList.place.oco"
    return ExchangeRequest("POST", path, method, params, decode.placed_list, is_signed=True)


def cancel_order(symbol: str, order_id: int, cancel_id: str) -> ExchangeRequest:
    """Answered with the OrderReport after the cancel; Refused as CANCEL_REJECTED when it has ended or never was.

    The cancel of one order of a list cancels the list (Binance web-socket-api.md, "Cancel order"): answered with a
    tuple of the orders that it ended.

    From then on the exchange reports the order under the client order id `cancel_id`.
    """
    params = {"symbol": symbol, "orderId": str(order_id), "newClientOrderId": cancel_id}
    return ExchangeRequest("DELETE", "/api/v3/order", "order.cancel", params, decode.canceled_orders, is_signed=True)


def order_by_client_id(symbol: str, client_id: str) -> ExchangeRequest:
    """Answered with the OrderReport; Refused as UNKNOWN_ORDER when the exchange knows none."""
    return _order({"symbol": symbol, "origClientOrderId": client_id})


def order_by_id(symbol: str, order_id: int) -> ExchangeRequest:
    """Answered with the OrderReport."""
    return _order({"symbol": symbol, "orderId": str(order_id)})


def open_orders(symbol: str | None = None) -> ExchangeRequest:
    """Answered with a tuple of OrderReport: all open orders of one pair or of all, placed by any program."""
    return _question("openOrders", "openOrders.status", {"symbol": symbol} if symbol else {}, decode.open_orders)


def newest_orders(symbol: str, limit: int = MAX_ROWS) -> ExchangeRequest:
    """Answered with a tuple of OrderReport: the newest orders of a pair, open or ended, at most 1000, ascending.

    Rows that cannot be read are left out. It goes by REST, because the answer is long.
    """
    return _question("allOrders", "", {"symbol": symbol, "limit": str(limit)}, decode.newest_orders)


# ---- the account


def trades(
    symbol: str,
    from_id: int | None = None,
    order_id: int | None = None,
    limit: int = MAX_ROWS,
    *,
    since_ms: int | None = None,
) -> ExchangeRequest:
    """Answered with a tuple of Fill, ascending, at most 1000; a row that cannot be read is an UnreadableTrade.

    Without `from_id` and `since_ms` the newest `limit`; with one of them the oldest from that trade id or moment on,
    which is included. After a page of `limit` rows there may be more.
    """
    params = {"symbol": symbol, "limit": str(limit)}
    if order_id is not None:
        params["orderId"] = str(order_id)
    if from_id is not None:
        params["fromId"] = str(from_id)
    if since_ms is not None:
        params["startTime"] = str(since_ms)
    return _question("myTrades", "myTrades", params, decode.trades)


def allocations_since(symbol: str, since_ms: int) -> ExchangeRequest:
    """Answered with a tuple of Fill, ascending, at most 1000: what smart order routing filled since that moment."""
    return _allocations(symbol, {"startTime": str(since_ms)})


def allocations_of_order(symbol: str, order_id: int) -> ExchangeRequest:
    """Answered with a tuple of Fill, ascending: what smart order routing filled of one order."""
    return _allocations(symbol, {"orderId": str(order_id)})


def _allocations(symbol: str, wanted: Mapping[str, str]) -> ExchangeRequest:
    params = {"symbol": symbol, **wanted, "limit": str(MAX_ROWS)}
    return _question("myAllocations", "myAllocations", params, decode.allocations)


def commission(symbol: str) -> ExchangeRequest:
    """Answered with the pair's Commission."""
    return _question("account/commission", "account.commission", {"symbol": symbol}, decode.commission)


def account() -> ExchangeRequest:
    """Answered with the Account; balances of zero are left out."""
    return _question("account", "account.status", {"omitZeroBalances": "true"}, decode.account)


# ---- public


def exchange_info(symbols: Sequence[str] | None = None) -> ExchangeRequest:
    """Answered with ExchangeInfo, of all pairs for None. One unlisted symbol has all refused (UNKNOWN_SYMBOL).

    It goes by REST: the answer is long, and behind it on one socket the answers to orders would wait.
    """
    return _public("exchangeInfo", "", _symbols(symbols), parse_exchange_info)


def book_ticker(symbol: str) -> ExchangeRequest:
    """Answered with the BestPrices."""
    return _public("ticker/bookTicker", "ticker.book", {"symbol": symbol}, decode.book_ticker)


def book_tickers(symbols: Sequence[str] | None = None) -> ExchangeRequest:
    """Answered with the BestPrices by symbol, of all pairs for None; one unlisted symbol has all refused.

    For all pairs it goes by REST, because that answer is long.
    """
    ws_method = "" if symbols is None else "ticker.book"
    return _public("ticker/bookTicker", ws_method, _symbols(symbols), decode.book_tickers)


def prices_in_second(symbol: str, at_ms: int) -> ExchangeRequest:
    """Answered with the highest price as the bid and the lowest as the ask of the second that begins at `at_ms`.

    None where the exchange has no candle of that second.
    """
    params = {"symbol": symbol, "interval": "1s", "startTime": str(at_ms), "limit": "1"}
    return _public("klines", "klines", params, partial(decode.prices_in_second, at_ms))


def reference_price(symbol: str) -> ExchangeRequest:
    """Answered with the price by which filters measure, or None where none is set now.

    Refused (-2043) for a pair that never has one.
    """
    return _public("referencePrice", "referencePrice", {"symbol": symbol}, decode.reference_price)


def average_price(symbol: str) -> ExchangeRequest:
    """Answered with the average price, which replaces a reference price that is not set."""
    return _public("avgPrice", "avgPrice", {"symbol": symbol}, decode.average_price)


def server_time() -> ExchangeRequest:
    """Answered with the exchange's time in milliseconds."""
    return _public("time", "time", {}, decode.server_time)


# ---- by security type


def _order(params: Mapping[str, str]) -> ExchangeRequest:
    return _question("order", "order.status", params, decode.queried_order)


def _question(
    name: str, ws_method: str, params: Mapping[str, str], read: Callable[[object], object]
) -> ExchangeRequest:
    return ExchangeRequest("GET", f"/api/v3/{name}", ws_method, params, read, is_signed=True)


def _public(name: str, ws_method: str, params: Mapping[str, str], read: Callable[[object], object]) -> ExchangeRequest:
    return ExchangeRequest("GET", f"/api/v3/{name}", ws_method, params, read, is_signed=False)


def _symbols(symbols: Sequence[str] | None) -> Mapping[str, str]:
    return {} if symbols is None else {"symbols": orjson.dumps(list(symbols)).decode()}
