"""UserStream and those who watch the account's orders."""

from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.balances import BalanceSeen
from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.orders.order import OrderReport


@dataclass(frozen=True, slots=True)
class WatchOrders:
    """Sent by a keeper at its start: it gets the pair's events from now on, and the state of the stream at once."""

    symbol: str
    incarnation: int = 0  # the newest one gets the events, in whatever order the requests arrive


@dataclass(frozen=True, slots=True)
class WatchBalance:
    """Sent by a keeper once it knows its pair's assets: BalanceMoved is sent when its base asset's balance moves."""

    symbol: str
    asset: str  # the base asset
    quote: str  # the quote asset


@dataclass(frozen=True, slots=True)
class BalanceMoved:
    """The account's balance of an asset, as an event reported it, when it differs from the previous event's."""

    asset: str
    balance: Decimal  # free and locked together
    # what trades of other configured pairs moved of it since the UserStream began, fees included
    by_others: Decimal = Decimal(0)
    at_ms: int = 0  # when it was so, by the exchange's clock; 0 if that is not known


@dataclass(frozen=True, slots=True)
class OrderReported:
    """An executionReport. May come twice, late, out of order, before the reply to the order, or never."""

    report: OrderReport
    fill: Fill | None


@dataclass(frozen=True, slots=True)
class StreamProven:
    """The exchange confirmed the subscription. What happened before that moment has to be asked for."""

    at_ms: int  # wall clock, milliseconds


@dataclass(frozen=True, slots=True)
class StreamLost:
    """The stream is down. Events from now on are lost and have to be asked for after the next StreamProven."""

    at_ms: int  # wall clock, milliseconds
    reason: str


@dataclass(frozen=True, slots=True)
class CountTrades:
    """Sent by the FeeReserve to each UserStream: what trades of this pair move is counted, though it is not kept."""

    symbol: str
    base: str
    quote: str


@dataclass(frozen=True, slots=True)
class BalancesSeen:
    """To the Monitor, once a second at most: what the account's stream, or an answer about the account, has shown.

    May be lost: the next one says more. An older one may come after a newer.
    """

    balances: tuple[BalanceSeen, ...]
    all_as_of_ms: int | None = None  # these are all that were not zero then (exchange's clock); None: some others are
