"""What each of our requests costs (Binance rest-api.md, weights of 2026-07), and what it is for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from operator import attrgetter
from typing import Self

from lotkeeper.exchange.budget.limits import LimitKind

Params = Mapping[str, str]
_WALLET = "/sapi/"  # it has a limit of its own, which we come nowhere near (Binance wallet endpoints, "Limits")
_UNLISTED_WEIGHT = 20  # of a request that is missing in the table below: rather too much than too little


class Purpose(IntEnum):
    """What a request is for, in the order of service. Each purpose stops at a share of every limit.

    So there is always room for the purposes before it.
    """

    TRADING = 0  # orders, cancels, the connection of the user stream
    RECONCILING = 1  # queries of the keepers, the exchange's clock, market rules
    PRICES = 2  # prices by request, connections of market streams


# Trading keeps a tenth of the weight: 600 a minute, as many orders as the exchange takes in that time.
_PERCENT = {Purpose.TRADING: 100, Purpose.RECONCILING: 90, Purpose.PRICES: 70}


def share_of(purpose: Purpose, maximum: int) -> int:
    """The count of a limit up to which a purpose may go on."""
    return maximum * _PERCENT[purpose] // 100


@dataclass(frozen=True, slots=True)
class Cost:
    """How much a request or a connection takes of each limit."""

    weight: int = 0
    requests: int = 0
    orders: int = 0
    connections: int = 0
    refund: int = 0  # the part of the weight that comes back when the request succeeds

    def of(self, kind: LimitKind) -> int:
        """How much it takes of the limits of that kind."""
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

    def __sub__(self, other: Self) -> "Cost":
        return Cost(
            self.weight - other.weight,
            self.requests - other.requests,
            self.orders - other.orders,
            self.connections - other.connections,
            self.refund - other.refund,
        )


NOTHING = Cost()
_PART_OF = {
    LimitKind.WEIGHT: attrgetter("weight"),
    LimitKind.REQUESTS: attrgetter("requests"),
    LimitKind.ORDERS: attrgetter("orders"),
    LimitKind.CONNECTIONS: attrgetter("connections"),
}
# Orders and cancels that succeed weigh nothing since 2026-04-02.
_ORDER = Cost(weight=1, requests=1, orders=1, refund=1)
# An OCO or OPO counts for two orders (Binance rest-api.md, "New Order list - OCO", "New Order List - OPO").
_PAIR_OF_ORDERS = Cost(weight=1, requests=1, orders=2, refund=1)
_CANCEL = Cost(weight=1, requests=1, refund=1)
WEIGHTS: Mapping[tuple[str, str], Cost | Callable[[Params], int]] = {
    ("POST", "/api/v3/order"): _ORDER,
    ("POST", "/api/v3/orderList/oco"): _PAIR_OF_ORDERS,
    ("POST", "/api/v3/orderList/opo"): _PAIR_OF_ORDERS,
    ("DELETE", "/api/v3/order"): _CANCEL,
    ("GET", "/api/v3/order"): lambda _: 4,
    ("GET", "/api/v3/openOrders"): lambda params: 6 if "symbol" in params else 80,
    ("GET", "/api/v3/allOrders"): lambda _: 20,
    ("GET", "/api/v3/myTrades"): lambda params: 5 if "orderId" in params else 20,
    ("GET", "/api/v3/myAllocations"): lambda _: 20,
    ("GET", "/api/v3/account"): lambda _: 20,
    ("GET", "/api/v3/account/commission"): lambda _: 20,
    ("GET", "/api/v3/exchangeInfo"): lambda _: 20,
    ("GET", "/api/v3/ticker/bookTicker"): lambda params: 2 if "symbol" in params else 4,
    ("GET", "/api/v3/klines"): lambda _: 2,
    ("GET", "/api/v3/referencePrice"): lambda _: 2,
    ("GET", "/api/v3/avgPrice"): lambda _: 2,
    ("GET", "/api/v3/time"): lambda _: 1,
}
# A connection to the WebSocket API weighs 2. For market streams no weight is documented: we count the same. The user
# stream subscribes over its connection for 2 more (Binance web-socket-api.md).
API_CONNECTION = Cost(weight=2, connections=1)
MARKET_CONNECTION = Cost(weight=2, connections=1)
ACCOUNT_CONNECTION = Cost(weight=4, connections=1)


def cost_of(method: str, path: str, params: Params) -> Cost:
    """What a request takes of the limits of its address and account."""
    if path.startswith(_WALLET):
        return Cost(requests=1)
    known = WEIGHTS.get((method, path))
    if isinstance(known, Cost):
        return known
    return Cost(weight=_UNLISTED_WEIGHT if known is None else known(params), requests=1)
