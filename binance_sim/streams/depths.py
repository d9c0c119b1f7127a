"""Differences of books: which levels changed since the last event (source: "Diff. Depth Stream")."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from binance_sim.clock import TimeUnit
from binance_sim.matching.books import BookSide
from binance_sim.matching.desks import Desk
from binance_sim.numbers import NOTHING, wire

Json = dict[str, Any]


@dataclass(slots=True)
class Pending:
    """Changes of one pair that a stream of one speed has not sent yet."""

    first: int = 0
    last: int = 0
    bids: dict[Decimal, None] = field(default_factory=dict)
    asks: dict[Decimal, None] = field(default_factory=dict)

    def take(self, desk: Desk) -> None:
        """Add what the book changed since it was last looked at."""
        changes = desk.book.changes
        if not self.first:
            self.first = changes.first_update
        self.last = changes.update_id
        self.bids |= changes.bids
        self.asks |= changes.asks

    def event(self, desk: Desk, unit: TimeUnit) -> Json | None:
        """The event that tells them, None where nothing changed."""
        if not self.bids and not self.asks:
            return None
        return {
            "e": "depthUpdate",
            "E": unit(desk.clock_us),
            "s": desk.name,
            "U": self.first,
            "u": self.last,
            "b": _levels(desk.book.bids, self.bids),
            "a": _levels(desk.book.asks, self.asks),
        }

    def clear(self) -> None:
        self.first = self.last + 1
        self.bids, self.asks = {}, {}


def _levels(side: BookSide, prices: dict[Decimal, None]) -> list[list[str]]:
    """New quantities of the levels, zero for those that are gone; the best price first."""
    ordered = sorted(prices, reverse=side.is_bids)
    return [[wire(price), wire(level.total) if (level := side.at(price)) else NOTHING] for price in ordered]
