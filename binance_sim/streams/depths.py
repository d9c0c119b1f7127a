"""Depth updates: the levels that changed since the last event (source: "Diff. Depth Stream")."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from binance_sim.clock import TimeUnit
from binance_sim.matching.books import BookSide
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.numbers import ZERO_TEXT, format_amount

Json = dict[str, Any]


@dataclass(slots=True)
class PendingDepth:
    """The changes of one pair that a stream has not sent yet."""

    first: int = 0
    last: int = 0
    bids: dict[Decimal, None] = field(default_factory=dict)
    asks: dict[Decimal, None] = field(default_factory=dict)

    def add_changes(self, market: SymbolMarket) -> None:
        """Add the changes of the book since the last call."""
        changes = market.book.changes
        if not self.first:
            self.first = changes.first_update
        self.last = changes.update_id
        self.bids |= changes.bids
        self.asks |= changes.asks

    def event(self, market: SymbolMarket, unit: TimeUnit) -> Json | None:
        """The event with these changes, None if nothing changed."""
        if not self.bids and not self.asks:
            return None
        return {
            "e": "depthUpdate",
            "E": unit(market.clock_us),
            "s": market.name,
            "U": self.first,
            "u": self.last,
            "b": _levels(market.book.bids, self.bids),
            "a": _levels(market.book.asks, self.asks),
        }

    def clear(self) -> None:
        self.first = self.last + 1
        self.bids, self.asks = {}, {}


def _levels(side: BookSide, prices: dict[Decimal, None]) -> list[list[str]]:
    """The new quantities of levels, zero for deleted levels; the best price first."""
    ordered = sorted(prices, reverse=side.is_bids)
    return [
        [format_amount(price), format_amount(level.total) if (level := side.at(price)) else ZERO_TEXT]
        for price in ordered
    ]
