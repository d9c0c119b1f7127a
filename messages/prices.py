"""MarketStream, PriceBroadcaster and those who want prices."""

from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.prices.levels import Level
from lotkeeper.trading.prices.price_enums import Source


@dataclass(frozen=True, slots=True)
class Price:
    """The last valid price of a pair, in quote asset."""

    symbol: str
    bid: Decimal
    ask: Decimal
    last: Decimal
    at_ms: int  # when it was last known to be right (wall clock)
    source: Source = Source.STREAM
    is_stale: bool = False  # nobody confirms it any more, or the pair does not trade
    is_confirmed: bool = True  # false for the first price of all, with which nothing has agreed yet


@dataclass(frozen=True, slots=True)
class PriceSeen:
    """Sent by a market stream when the price changed (the newest of several), and each second while frames come."""

    price: Price
    heard_s: float  # when the newest frame was received (monotonic clock of the machine)
    lowest: Decimal  # lowest bid since the last message
    highest: Decimal  # highest bid since the last message

    def state_key(self) -> str:
        return self.price.symbol

    def joined_to(self, older: "PriceSeen") -> "PriceSeen":
        """The newest price, and the extremes of both."""
        lowest, highest = min(self.lowest, older.lowest), max(self.highest, older.highest)
        return PriceSeen(self.price, self.heard_s, lowest, highest)


@dataclass(frozen=True, slots=True)
class PriceFeedReported:
    """Sent by a market stream each second and on a change: whether it delivers, and if not, why."""

    symbol: str
    is_proven: bool
    reason: str
    doubt: str  # why its newest price has waited for a second or more; empty for none

    def state_key(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True)
class PriceChecked:
    """Sent to a market stream: what REST said about its pair."""

    symbol: str
    bid: Decimal
    ask: Decimal
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
class LevelsArmed:
    """Sent to a market stream: a bid at or beyond one of these (quote) is to be told at once, not with the next batch.

    It holds for one such price, and until it is sent again. Infinite where nobody waits.
    """

    symbol: str
    up: Decimal
    down: Decimal

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
class WatchLevels:
    """Asks to be woken when the best bid crosses one of `levels`: each fires once, those crossed already at once.

    Replaces the sender's earlier wish. The same `number` again only says that the sender lives, which it has to within
    90 seconds; another one arms all of them anew.
    """

    number: int
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class LevelCrossed:
    """A level was crossed, by a price that is confirmed and not stale. `price` is the newest, perhaps back again."""

    number: int
    level: Level
    price: Price


@dataclass(frozen=True, slots=True)
class WatchRefused:
    """The levels of that number are not watched; the sentence says why."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class PriceModeChanged:
    """Sent to the Monitor when a pair's prices come from another source from now on, and again to a new Monitor."""

    symbol: str
    mode: Source
    reason: str
    at_ms: int
