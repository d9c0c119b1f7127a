"""MarketStream, PriceBroadcaster and the subscribers to its prices."""

from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.prices.best_prices import BestPrices, PriceSource


@dataclass(frozen=True, slots=True)
class Price:
    """The last valid price of a pair, in quote asset."""

    symbol: str
    best: BestPrices
    last: Decimal
    at_ms: int  # when it was last known to be right (wall clock)
    source: PriceSource = PriceSource.STREAM
    is_stale: bool = False  # no source confirms it any more, or the pair does not trade
    is_confirmed: bool = True  # False for a first price that no other frame or answer has confirmed yet


@dataclass(frozen=True, slots=True)
class PriceSeen:
    """Sent by a market stream when the price changed (the newest of several), and each second while frames come."""

    price: Price
    heard_s: float  # when the newest frame was received (monotonic clock of the machine)

    def state_key(self) -> str:
        return self.price.symbol


@dataclass(frozen=True, slots=True)
class PriceFeedReported:
    """Sent by a market stream each second and on a change: whether it delivers, and if not, why."""

    symbol: str
    is_proven: bool
    reason: str
    doubt: str  # why its newest price has not been believed for a second or more; empty for none

    def state_key(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True)
class PriceChecked:
    """Sent to a market stream: what REST said about its pair."""

    symbol: str
    best: BestPrices
    asked_s: float  # when REST was asked (monotonic clock of the machine)

    def state_key(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True)
class RulesLearned:
    """The tick size and whether the pair trades, from an actor that asked the exchange for its rules.

    Sent to the PriceBroadcaster, which hands it on to the pair's market stream.
    """

    symbol: str
    tick: Decimal  # quote asset
    is_trading: bool

    def state_key(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True)
class SubscribePrices:
    """Asks for prices; the last ones are sent at once. Replaces the sender's earlier subscription.

    A subscriber that does not send it again within 90 seconds counts as dead.
    """

    symbols: tuple[str, ...]  # empty: all pairs
    every_s: float = 0.0  # zero: each change, those of one moment together; else changes at most so often


@dataclass(frozen=True, slots=True)
class PricesChanged:
    """What changed since the last such message to this subscriber: the newest price of each pair, not every tick.

    A price that became stale, or comes from another source, has changed.
    """

    prices: tuple[Price, ...]

    def state_key(self) -> str:
        return ""

    def joined_to(self, older: "PricesChanged") -> "PricesChanged":
        """What a subscriber that was busy has missed, in one message."""
        newest = {price.symbol: price for price in (*older.prices, *self.prices)}
        return PricesChanged(tuple(newest.values()))


@dataclass(frozen=True, slots=True)
class PriceModeChanged:
    """Sent to the Monitor when a pair's prices come from another source from now on, and again to a new Monitor."""

    symbol: str
    mode: PriceSource  # where they come from now
    reason: str  # for people
    at_ms: int  # wall clock, milliseconds
