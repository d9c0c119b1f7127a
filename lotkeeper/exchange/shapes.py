"""The shapes that answers and frames of the exchange are decoded into."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.prices.best_prices import BestPrices

# ---- answers of REST


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order that the exchange took, with the fills that it made at once."""

    report: OrderReport
    fills: tuple[Fill, ...]
    others: tuple[OrderReport, ...] = ()  # the other orders, if it is the first of an order list


@dataclass(frozen=True, slots=True)
class Balance:
    asset: str
    free: Decimal
    locked: Decimal


@dataclass(frozen=True, slots=True)
class Account:
    balances: tuple[Balance, ...]
    can_trade: bool
    uid: int | None  # the account's number; None where the exchange does not name it
    unread: frozenset[str] = frozenset()  # assets whose balance cannot be read
    updated_ms: int | None = None  # when the exchange changed it last; None where the answer does not say


@dataclass(frozen=True, slots=True)
class ExchangeInfo:
    pairs: Mapping[str, TradePair]  # by symbol: those that could be read
    problems: tuple[str, ...]  # for people: one for each row that could not be read
    server_time_ms: int | None = None


# ---- frames of the user data stream


@dataclass(frozen=True, slots=True)
class Execution:
    """Something happened to an order (executionReport)."""

    report: OrderReport
    fill: Fill | None  # of a trade, or of an allocation of smart order routing
    execution_type: str
    reason: str  # why it was rejected or expired; empty for none


@dataclass(frozen=True, slots=True)
class BuyAccepted:
    """The exchange has accepted a BUY (executionReport NEW). Nothing is bought yet; the rest is read later."""

    order_id: int | None = None  # None for one that cannot stand on the book, or where no order id can be read


@dataclass(frozen=True, slots=True)
class BalancesChanged:
    """Absolute balances of the assets that may have changed (outboundAccountPosition)."""

    assets: tuple[Balance, ...]
    at_ms: int


@dataclass(frozen=True, slots=True)
class Subscribed:
    request_id: str | int | None
    subscription_id: int


@dataclass(frozen=True, slots=True)
class RequestFailed:
    request_id: str | int | None
    code: int
    text: str


@dataclass(frozen=True, slots=True)
class StreamEnded:
    """The subscription has ended though the connection may be open: subscribe again and reconcile."""

    reason: str


@dataclass(frozen=True, slots=True)
class ServerShutdown:
    """The server shuts down soon: open another connection, then close this one."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Ignored:
    """A frame that is not for us, or that cannot be read."""

    kind: str
    damaged: bool = False  # it was meant for us and could not be read: reconcile


UserFrame = (
    Execution | BuyAccepted | BalancesChanged | Subscribed | RequestFailed | StreamEnded | ServerShutdown | Ignored
)

# ---- frames of market streams: tuples, because thousands arrive a second and a frozen dataclass takes thrice as long


class BookTop(NamedTuple):
    """The best prices of a pair with their quantities (bookTicker); 0 for an empty side of the book."""

    symbol: str
    best: BestPrices
    bid_quantity: Decimal  # in base asset
    ask_quantity: Decimal
    update_id: int


class TradePrint(NamedTuple):
    symbol: str
    trade_id: int
    price: Decimal
    quantity: Decimal
    time_ms: int


class MiniTicker(NamedTuple):
    symbol: str
    close: Decimal
    time_ms: int


@dataclass(frozen=True, slots=True)
class SubscriptionsListed:
    """The streams of this connection, by the exchange (Binance web-socket-streams.md, LIST_SUBSCRIPTIONS)."""

    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class SubscriptionsChanged:
    """The exchange accepted a request to subscribe or to unsubscribe."""


MarketFrame = (
    BookTop
    | TradePrint
    | MiniTicker
    | SubscriptionsListed
    | SubscriptionsChanged
    | RequestFailed
    | ServerShutdown
    | Ignored
)
