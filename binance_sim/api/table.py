"""Which function serves which request, at which weight (source: each endpoint's page)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from binance_sim.api.endpoints import accounts, cancel_replace, general, markets, order_lists, orders, tickers
from binance_sim.api.keys import NONE, TRADE, USER_DATA
from binance_sim.api.request import ApiRequest

EndpointFunction = Callable[[ApiRequest], Any]
Values = Mapping[str, str]
WeightFunction = Callable[[Values], int]


@dataclass(frozen=True, slots=True)
class ApiEndpoint:
    """One request of the API."""

    serve: EndpointFunction
    weight: int | WeightFunction
    security: str = NONE
    free: bool = False  # its weight is given back when it succeeds
    orders: bool = False  # its answer shows the order count
    wallet: bool = False  # below /sapi, with a weight limit of its own
    method: str = ""  # its name in the WebSocket API, which the journal and faults use for REST too

    def cost(self, values: Values) -> int:
        return self.weight if isinstance(self.weight, int) else self.weight(values)


def _by_symbol(one: int, many: int) -> WeightFunction:
    """One weight with a symbol, another for all pairs."""
    return lambda values: one if "symbol" in values else many


def _count(values: Values) -> int:
    """How many pairs are requested; zero means all."""
    if "symbol" in values:
        return 1
    try:
        names = orjson.loads(values.get("symbols", ""))
    except orjson.JSONDecodeError:
        return 0
    return len(names) if isinstance(names, list) else 0


def _each(one: int, most: int, every: int) -> WeightFunction:
    """`one` for each pair but at most `most`; `every` for all pairs."""
    return lambda values: min(_count(values) * one, most) if _count(values) else every


def _day(values: Values) -> int:
    count = _count(values)
    return 80 if not count or count > 100 else 40 if count > 20 else 2


def _depth(values: Values) -> int:
    limit = int(values.get("limit", "100")) if values.get("limit", "100").isdecimal() else 100
    return next((weight for most, weight in ((100, 5), (500, 25), (1000, 50)) if limit <= most), 250)


def _test_order(values: Values) -> int:
    return 20 if values.get("computeCommissionRates", "").lower() == "true" else 1


def _my_trades(values: Values) -> int:
    return 5 if "orderId" in values else 20


def _prevented(values: Values) -> int:
    return 20 if "orderId" in values else 2


def _signed(serve: EndpointFunction, weight: int | WeightFunction) -> ApiEndpoint:
    return ApiEndpoint(serve, weight, USER_DATA)


def _trade(serve: EndpointFunction, *, orders: bool = False) -> ApiEndpoint:
    return ApiEndpoint(serve, 1, TRADE, free=True, orders=orders)


_Row = tuple[str, str, str, ApiEndpoint]

_GENERAL: tuple[_Row, ...] = (
    ("GET", "ping", "ping", ApiEndpoint(general.ping, 1)),
    ("GET", "time", "time", ApiEndpoint(general.server_time, 1)),
    ("GET", "exchangeInfo", "exchangeInfo", ApiEndpoint(general.exchange_info, 20)),
    ("GET", "executionRules", "executionRules", ApiEndpoint(general.execution_rules, _each(2, 40, 40))),
)
_MARKETS: tuple[_Row, ...] = (
    ("GET", "depth", "depth", ApiEndpoint(markets.depth, _depth)),
    ("GET", "trades", "trades.recent", ApiEndpoint(markets.trades, 25)),
    ("GET", "historicalTrades", "trades.historical", ApiEndpoint(markets.historical_trades, 25)),
    ("GET", "historicalBlockTrades", "blockTrades.historical", ApiEndpoint(markets.block_trades, 25)),
    ("GET", "aggTrades", "trades.aggregate", ApiEndpoint(markets.aggregate_trades, 4)),
    ("GET", "klines", "klines", ApiEndpoint(markets.candles, 2)),
    ("GET", "uiKlines", "uiKlines", ApiEndpoint(markets.candles, 2)),
    ("GET", "avgPrice", "avgPrice", ApiEndpoint(markets.average_price, 2)),
    ("GET", "referencePrice", "referencePrice", ApiEndpoint(markets.reference_price, 2)),
    (
        "GET",
        "referencePrice/calculation",
        "referencePrice.calculation",
        ApiEndpoint(markets.reference_calculation, 2),
    ),
    ("GET", "ticker/price", "ticker.price", ApiEndpoint(tickers.price, _by_symbol(2, 4))),
    ("GET", "ticker/bookTicker", "ticker.book", ApiEndpoint(tickers.book, _by_symbol(2, 4))),
    ("GET", "ticker/24hr", "ticker.24hr", ApiEndpoint(tickers.day, _day)),
    ("GET", "ticker/tradingDay", "ticker.tradingDay", ApiEndpoint(tickers.trading_day, _each(4, 200, 4))),
    ("GET", "ticker", "ticker", ApiEndpoint(tickers.rolling, _each(4, 200, 4))),
)
_TRADING: tuple[_Row, ...] = (
    ("POST", "order", "order.place", _trade(orders.new_order, orders=True)),
    ("POST", "order/test", "order.test", ApiEndpoint(orders.test_order, _test_order, TRADE)),
    ("POST", "sor/order", "sor.order.place", _trade(orders.new_sor_order, orders=True)),
    ("POST", "sor/order/test", "sor.order.test", ApiEndpoint(orders.test_sor_order, _test_order, TRADE)),
    ("DELETE", "order", "order.cancel", _trade(orders.cancel_order)),
    ("DELETE", "openOrders", "openOrders.cancelAll", _trade(orders.cancel_all)),
    ("POST", "order/cancelReplace", "order.cancelReplace", _trade(cancel_replace.cancel_replace, orders=True)),
    ("PUT", "order/amend/keepPriority", "order.amend.keepPriority", ApiEndpoint(orders.amend_order, 4, TRADE)),
    ("POST", "order/oco", "orderList.place", _trade(order_lists.new_old_oco, orders=True)),
    ("POST", "orderList/oco", "orderList.place.oco", _trade(order_lists.new_oco, orders=True)),
    ("POST", "orderList/oto", "orderList.place.oto", _trade(order_lists.new_oto, orders=True)),
    ("POST", "orderList/otoco", "orderList.place.otoco", _trade(order_lists.new_otoco, orders=True)),
    ("POST", "orderList/opo", "orderList.place.opo", _trade(order_lists.new_opo, orders=True)),
    ("POST", "orderList/opoco", "orderList.place.opoco", _trade(order_lists.new_opoco, orders=True)),
    ("DELETE", "orderList", "orderList.cancel", _trade(order_lists.cancel_list)),
)
_ACCOUNT: tuple[_Row, ...] = (
    ("GET", "order", "order.status", _signed(accounts.get_order, 4)),
    ("GET", "openOrders", "openOrders.status", _signed(accounts.open_orders, _by_symbol(6, 80))),
    ("GET", "allOrders", "allOrders", _signed(accounts.all_orders, 20)),
    ("GET", "myTrades", "myTrades", _signed(accounts.my_trades, _my_trades)),
    ("GET", "orderList", "orderList.status", _signed(order_lists.get_list, 4)),
    ("GET", "allOrderList", "allOrderLists", _signed(order_lists.all_lists, 20)),
    ("GET", "openOrderList", "openOrderLists.status", _signed(order_lists.open_lists, 6)),
    ("GET", "order/amendments", "order.amendments", _signed(orders.amendments, 4)),
    ("GET", "myPreventedMatches", "myPreventedMatches", _signed(accounts.my_prevented_matches, _prevented)),
    ("GET", "myAllocations", "myAllocations", _signed(accounts.my_allocations, 20)),
    ("GET", "account", "account.status", _signed(accounts.account, 20)),
    ("GET", "account/commission", "account.commission", _signed(accounts.commission, 20)),
    ("GET", "rateLimit/order", "account.rateLimits.orders", _signed(accounts.order_counts, 40)),
    ("GET", "myFilters", "myFilters", _signed(accounts.my_filters, 40)),
)

ROWS = (*_GENERAL, *_MARKETS, *_TRADING, *_ACCOUNT)
BY_METHOD = {method: replace(endpoint, method=method) for _, _, method, endpoint in ROWS}
BY_PATH = {(verb, f"/api/v3/{path}"): BY_METHOD[method] for verb, path, method, _ in ROWS}
