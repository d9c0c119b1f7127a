"""MarketStream, PriceBroadcaster and the subscribers to its prices."""

from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.prices.best_prices import BestPrices, PriceSource


@dataclass(frozen=True, slots=True)
class Price:
    """The last valid price of a pair, in quote asset."""

    symbol: str
    best: BestPrices
    last: Decimal  # of the last trade; up to a second old where nobody wants each trade
    at_ms: int  # when it was last known to be right (wall clock)
    source: PriceSource = PriceSource.STREAM
    is_stale: bool = False  # no source confirms it any more, or the pair does not trade
    is_confirmed: bool = True  # False for a first price that no other frame or answer has confirmed yet


@dataclass(frozen=True, slots=True)
class SeenPrice:
    """A price of a market stream."""

    symbol: str
    best: BestPrices
    last: Decimal
    at_ms: int  # when it was last known to be right (wall clock)
    is_confirmed: bool
    heard_s: float  # when the newest frame was received (monotonic clock of the machine)


@dataclass(frozen=True, slots=True)
class PricesSeen:
    """Sent by a market stream: the newest price of each pair that changed since the last one, and each second of those
    of which frames came.
    """

    prices: tuple[SeenPrice, ...]  # each pair once

    def state_key(self) -> str:
        return ""

    def joined_to(self, older: "PricesSeen") -> "PricesSeen":
        """What a broadcaster that was busy has missed, in one message."""
        newest = {price.symbol: price for price in (*older.prices, *self.prices)}
        return PricesSeen(tuple(newest.values()))


@dataclass(frozen=True, slots=True)
class FeedState:
    """Whether the stream delivers the prices of a pair."""

    symbol: str
    is_proven: bool
    reason: str  # why not; for people
    doubt: str  # why its newest price has not been believed for a second or more; empty for none


@dataclass(frozen=True, slots=True)
class PriceFeedsReported:
    """Sent by a market stream each second and on a change: all its pairs."""

    feeds: tuple[FeedState, ...]

    def state_key(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class PricesWanted:
    """Sent to a market stream on a change and every few seconds: what of its pairs anybody has asked for.

    What is not wanted for a minute is not subscribed at the exchange.
    """

    best: tuple[str, ...]  # the pairs whose best prices are wanted
    trades: tuple[str, ...]  # the pairs of which the price of each trade is wanted
    every_s: float  # the shortest interval that anybody has asked for; 0: each change

    def state_key(self) -> str:
        return ""


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
    with_trades: bool = False  # `Price.last` follows each trade; else it is up to a second old


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
class WatchBid:
    """Asks to be told once when the best bid of a pair is at a level or above it. Replaces the sender's earlier one.

    One that is not sent again within 90 seconds ends, as a subscription does.
    """

    symbol: str
    level: Decimal | None  # quote asset; None: nothing is to be told any more

    def state_key(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True)
class BidReached:
    """The answer to WatchBid, sent once: a confirmed and fresh price of the pair has reached the level."""

    symbol: str
    level: Decimal  # quote asset; that of the WatchBid
    bid: Decimal  # quote asset; at the level or above it
    at_ms: int  # when the price was last known to be right (wall clock)


@dataclass(frozen=True, slots=True)
class PriceModeChanged:
    """Sent to the Monitor when a pair's prices come from another source from now on, and again to a new Monitor."""

    symbol: str
    mode: PriceSource  # where they come from now
    reason: str  # for people
    at_ms: int  # wall clock, milliseconds
