"""Which request is served by what, at which weight (source: "General API information", and each endpoint's page)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lotkeeper.paper import private, public
from lotkeeper.paper.exchange import Exchange
from lotkeeper.paper.params import Params

Serve = Callable[[Exchange, Params], Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One request. `many` is the weight without a symbol; `free` requests weigh nothing when they succeed."""

    serve: Serve
    weight: int
    many: int = 0
    signed: bool = False
    free: bool = False
    orders: bool = False

    def cost(self, params: Params) -> int:
        if self.serve is private.my_trades and "orderId" in params:
            return 5
        if self.serve is private.test_order and "computeCommissionRates" in params:
            return 20
        return self.many if self.many and "symbol" not in params else self.weight


def _signed(serve: Serve, weight: int, many: int = 0) -> Endpoint:
    return Endpoint(serve, weight, many, signed=True)


def _order(serve: Serve, counts: bool = False) -> Endpoint:
    return Endpoint(serve, 1, signed=True, free=True, orders=counts)


_TABLE: tuple[tuple[str, str, str, Endpoint], ...] = (
    ("GET", "ping", "ping", Endpoint(public.ping, 1)),
    ("GET", "time", "time", Endpoint(public.server_time, 1)),
    ("GET", "exchangeInfo", "exchangeInfo", Endpoint(public.exchange_info, 20)),
    ("GET", "depth", "depth", Endpoint(public.depth, 5)),
    ("GET", "trades", "trades.recent", Endpoint(public.trades, 25)),
    ("GET", "avgPrice", "avgPrice", Endpoint(public.average, 2)),
    ("GET", "ticker/price", "ticker.price", Endpoint(public.price, 2, 4)),
    ("GET", "ticker/bookTicker", "ticker.book", Endpoint(public.book, 2, 4)),
    ("GET", "ticker/24hr", "ticker.24hr", Endpoint(public.day, 2, 80)),
    ("POST", "order", "order.place", _order(private.new_order, counts=True)),
    ("POST", "order/test", "order.test", _signed(private.test_order, 1)),
    ("GET", "order", "order.status", _signed(private.get_order, 4)),
    ("DELETE", "order", "order.cancel", _order(private.cancel_order)),
    ("GET", "openOrders", "openOrders.status", _signed(private.open_orders, 6, 80)),
    ("DELETE", "openOrders", "openOrders.cancelAll", _order(private.cancel_all)),
    ("GET", "allOrders", "allOrders", _signed(private.all_orders, 20)),
    ("GET", "myTrades", "myTrades", _signed(private.my_trades, 20)),
    ("GET", "account", "account.status", _signed(private.account, 20)),
    ("GET", "account/commission", "account.commission", _signed(private.commission, 20)),
    ("GET", "rateLimit/order", "account.rateLimits.orders", _signed(private.order_counts, 40)),
)

BY_PATH = {(verb, f"/api/v3/{path}"): endpoint for verb, path, _, endpoint in _TABLE}
BY_METHOD = {method: endpoint for _, _, method, endpoint in _TABLE}
