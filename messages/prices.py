"""MarketStream, PriceBroadcaster and those who want prices."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """The last valid price of a pair, in quote asset; `at_ms` is when it was received."""

    symbol: str
    bid: Decimal
    ask: Decimal
    last: Decimal
    at_ms: int


@dataclass(frozen=True, slots=True)
class PriceSeen:
    """Sent by a market stream when the price changed, conflated: the newest of what came in between."""

    price: Price

    def state_key(self) -> str:
        return self.price.symbol


@dataclass(frozen=True, slots=True)
class SubscribePrices:
    """Asks for the prices of `symbols` (none named: all), at most every `every_s` seconds; the last ones come at once.

    Sent again it replaces the sender's earlier wish.
    """

    symbols: tuple[str, ...]
    every_s: float


@dataclass(frozen=True, slots=True)
class PricesChanged:
    """What changed since the last such message to this subscriber. Not every tick: the newest of each pair."""

    prices: tuple[Price, ...]

    def state_key(self) -> str:
        return ""

    def joined_to(self, older: "PricesChanged") -> "PricesChanged":
        """What a subscriber that was busy has missed, in one message."""
        newest = {price.symbol: price for price in (*older.prices, *self.prices)}
        return PricesChanged(tuple(newest.values()))
