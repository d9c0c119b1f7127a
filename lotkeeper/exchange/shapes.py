"""The shapes that answers and frames of the exchange are decoded into."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.pair import TradePair

# ---- answers of REST


@dataclass(frozen=True, slots=True)
class Placed:
    """An order that the exchange took, with what it filled at once."""

    report: OrderReport
    fills: tuple[Fill, ...]


@dataclass(frozen=True, slots=True)
class Balance:
    asset: str
    free: Decimal
    locked: Decimal


@dataclass(frozen=True, slots=True)
class Account:
    """`uid` tells accounts and environments apart; None where the exchange does not name it."""

    balances: tuple[Balance, ...]
    can_trade: bool
    uid: int | None


@dataclass(frozen=True, slots=True)
class BookTicker:
    """The best prices of a pair, in quote asset; 0 for an empty side of the book."""

    symbol: str
    bid: Decimal
    ask: Decimal


@dataclass(frozen=True, slots=True)
class ExchangeInfo:
    """The pairs that could be read, and a sentence for each row that could not."""

    pairs: Mapping[str, TradePair]
    problems: tuple[str, ...]
    server_time_ms: int | None = None


# ---- frames of the user data stream


@dataclass(frozen=True, slots=True)
class Execution:
    """Something happened to an order. `happened` is the execution type, `reason` empty when there is none.

    `fill` is set for trades, except allocations of smart order routing, which have no trade id.
    """

    report: OrderReport
    fill: Fill | None
    happened: str
    reason: str


@dataclass(frozen=True, slots=True)
class Balances:
    """Absolute balances of the assets that may have changed, at `at_ms`; others are not named."""

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
    """The subscription is over while the connection may stand: subscribe again and reconcile."""

    reason: str


@dataclass(frozen=True, slots=True)
class ServerShutdown:
    """The server goes away soon: connect anew, then drop this connection."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Ignored:
    """A frame that is not for us. `damaged`: it was meant for us and could not be read, so reconcile."""

    kind: str
    damaged: bool = False


UserFrame = Execution | Balances | Subscribed | RequestFailed | StreamEnded | ServerShutdown | Ignored

# ---- frames of market streams: tuples, because thousands a second are made and a frozen dataclass takes thrice as long


class BookTop(NamedTuple):
    """Best bid and ask (quote asset) with their quantities (base asset); 0 for an empty side."""

    symbol: str
    bid: Decimal
    bid_quantity: Decimal
    ask: Decimal
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
class Listed:
    """The streams that the exchange says this connection has (Binance web-socket-streams.md, LIST_SUBSCRIPTIONS)."""

    names: frozenset[str]


MarketFrame = BookTop | TradePrint | MiniTicker | Listed | ServerShutdown | Ignored
