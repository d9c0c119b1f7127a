"""MarketStream, PriceBroadcaster and those who want prices."""

from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.prices.price_enums import Source


@dataclass(frozen=True, slots=True)
class Price:
    """The last valid price of a pair, in quote asset; `at_ms` (wall clock) is when it was last known to be right.

    Stale: nobody stands for it any more, or the pair does not trade. Not confirmed: the first price of all, with which
    nothing has agreed yet.
    """

    symbol: str
    bid: Decimal
    ask: Decimal
    last: Decimal
    at_ms: int
    source: Source = Source.STREAM
    is_stale: bool = False
    is_confirmed: bool = True


@dataclass(frozen=True, slots=True)
class PriceSeen:
    """Sent by a market stream when the price changed, conflated: the newest of what came in between.

    Each second it is said again while frames come, for its age. `heard_s` is the clock of the machine that never runs
    back, when the newest frame was received.
    """

    price: Price
    heard_s: float

    def state_key(self) -> str:
        return self.price.symbol


@dataclass(frozen=True, slots=True)
class PriceFeedReported:
    """Sent by a market stream each second and when it changed: whether it delivers, why not, and what it doubts.

    `doubt` is why its newest price has been held for a second or more; empty for none.
    """

    symbol: str
    is_proven: bool
    reason: str
    doubt: str

    def state_key(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True)
class PriceChecked:
    """Sent to a market stream: what REST said of its pair, asked at `asked_s` (the machine's monotonic clock)."""

    symbol: str
    bid: Decimal
    ask: Decimal
    asked_s: float

    def state_key(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True)
class RulesLearned:
    """The step of prices (quote) and whether the pair trades, from whoever has asked the exchange for its rules.

    Sent to the price broadcaster, which hands it on to the pair's market stream.
    """

    symbol: str
    tick: Decimal
    is_trading: bool

    def state_key(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True)
class SubscribePrices:
    """Asks for the prices of `symbols` (none named: all); the last ones come at once.

    With `every_s` zero each change is sent, those of a moment in one message; else what changed or was confirmed, at
    most every so many seconds. Sent again it replaces the sender's earlier wish. Who does not send it again within
    90 seconds is taken for dead.
    """

    symbols: tuple[str, ...]
    every_s: float = 0.0


@dataclass(frozen=True, slots=True)
class PricesChanged:
    """What changed since the last such message to this subscriber. Not every tick: the newest of each pair.

    A price that went stale, or comes from another source, has changed.
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
    mode: Source
    reason: str
    at_ms: int
