"""What each of our requests costs (Binance rest-api.md, weights of 2026-07)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Self

from lotkeeper.exchange.budget.limits import Kind

Params = Mapping[str, str]
_UNKNOWN_WEIGHT = 20  # of a request that is missing below: rather too much


@dataclass(frozen=True, slots=True)
class Cost:
    """What something takes of each limit; `refund` of the weight comes back when it succeeds."""

    weight: int = 0
    requests: int = 0
    orders: int = 0
    connections: int = 0
    refund: int = 0

    def of(self, kind: Kind) -> int:
        """What it takes of that limit."""
        amount: int = _PART_OF[kind](self)
        return amount

    def __add__(self, other: Self) -> "Cost":
        return Cost(
            self.weight + other.weight,
            self.requests + other.requests,
            self.orders + other.orders,
            self.connections + other.connections,
            self.refund + other.refund,
        )


_PART_OF = {
    Kind.WEIGHT: attrgetter("weight"),
    Kind.REQUESTS: attrgetter("requests"),
    Kind.ORDERS: attrgetter("orders"),
    Kind.CONNECTIONS: attrgetter("connections"),
}
# Orders and cancels that succeed weigh nothing since 2026-04-02.
_ORDER = Cost(weight=1, requests=1, orders=1, refund=1)
_CANCEL = Cost(weight=1, requests=1, refund=1)
WEIGHTS: Mapping[tuple[str, str], Cost | Callable[[Params], int]] = {
    ("POST", "/api/v3/order"): _ORDER,
    ("DELETE", "/api/v3/order"): _CANCEL,
    ("GET", "/api/v3/order"): lambda _: 4,
    ("GET", "/api/v3/openOrders"): lambda params: 6 if "symbol" in params else 80,
    ("GET", "/api/v3/myTrades"): lambda params: 5 if "orderId" in params else 20,
    ("GET", "/api/v3/account"): lambda _: 20,
    ("GET", "/api/v3/account/commission"): lambda _: 20,
    ("GET", "/api/v3/exchangeInfo"): lambda _: 20,
    ("GET", "/api/v3/ticker/bookTicker"): lambda params: 2 if "symbol" in params else 4,
    ("GET", "/api/v3/referencePrice"): lambda _: 2,
    ("GET", "/api/v3/avgPrice"): lambda _: 2,
    ("GET", "/api/v3/time"): lambda _: 1,
}
# A connection to the WebSocket API weighs 2, to market streams nothing is said to weigh: counted alike. The account's
# stream subscribes over it for 2 more (Binance web-socket-api.md).
MARKET_CONNECTION = Cost(weight=2, connections=1)
ACCOUNT_CONNECTION = Cost(weight=4, connections=1)


def cost_of(method: str, path: str, params: Params) -> Cost:
    """What a request takes of the limits of its address and account."""
    known = WEIGHTS.get((method, path))
    if isinstance(known, Cost):
        return known
    return Cost(weight=_UNKNOWN_WEIGHT if known is None else known(params), requests=1)
