"""UserStream and those who watch the account's orders."""

from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.orders.order import OrderReport


@dataclass(frozen=True, slots=True)
class WatchOrders:
    """Sent by a keeper at its start: it gets the pair's events from now on, and the state of the stream at once.

    The newest `incarnation` gets them, whichever word comes last.
    """

    symbol: str
    incarnation: int = 0


@dataclass(frozen=True, slots=True)
class WatchBalance:
    """Sent by a keeper once it knows its pair's assets: it is told when the account's balance of the base moves."""

    symbol: str
    asset: str
    quote: str


@dataclass(frozen=True, slots=True)
class BalanceMoved:
    """What the account holds of the asset, free and locked, as an event said; other than at the one before.

    `by_others` is what the trades of other kept pairs have moved of it since the stream's actor began, fees too.
    """

    asset: str
    balance: Decimal
    by_others: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class OrderReported:
    """An executionReport. May come twice, late, out of order, before the reply to the order, or never."""

    report: OrderReport
    fill: Fill | None


@dataclass(frozen=True, slots=True)
class StreamProven:
    """The subscription was confirmed by the exchange at `at_ms`. What happened before it must be asked for."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class StreamLost:
    """The stream is down; events from now on are lost for ever and must be asked for after the next StreamProven."""

    at_ms: int
    reason: str
