"""Levels that wake somebody once: crossed upward or downward by the best bid, which is what a SELL would bring now."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Direction(StrEnum):
    """UP is crossed by a bid at or above the level, DOWN by one at or below it."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Level:
    """A price of a pair (quote asset) that matters to somebody."""

    symbol: str
    price: Decimal
    direction: Direction


class Nearest(NamedTuple):
    """The lowest level above and the highest below, of one pair; `NO_UP` and `NO_DOWN` where there is none."""

    up: Decimal
    down: Decimal


NO_UP, NO_DOWN = Decimal("Infinity"), Decimal("-Infinity")
NONE_NEAR = Nearest(NO_UP, NO_DOWN)


class ArmedLevels:
    """The levels of one watcher that have not fired. Each price looks at the nearest ones alone."""

    def __init__(self, levels: Iterable[Level]) -> None:
        self._ups: dict[str, list[Level]] = {}  # the lowest last, which is the next to be crossed
        self._downs: dict[str, list[Level]] = {}  # the highest last
        for level in sorted(set(levels), key=lambda each: each.price):
            side = self._ups if level.direction is Direction.UP else self._downs
            side.setdefault(level.symbol, []).append(level)
        for each in self._ups.values():
            each.reverse()

    def __len__(self) -> int:
        return sum(map(len, self._ups.values())) + sum(map(len, self._downs.values()))

    @property
    def symbols(self) -> set[str]:
        return {*self._ups, *self._downs}

    def nearest(self, symbol: str) -> Nearest:
        """The levels that the next prices can cross first."""
        ups, downs = self._ups.get(symbol), self._downs.get(symbol)
        return Nearest(ups[-1].price if ups else NO_UP, downs[-1].price if downs else NO_DOWN)

    def fire(self, symbol: str, lowest: Decimal, highest: Decimal) -> list[Level]:
        """Those that bids between `lowest` and `highest` have crossed; they fire no more."""
        fired = []
        ups, downs = self._ups.get(symbol), self._downs.get(symbol)
        while ups and highest >= ups[-1].price:
            fired.append(ups.pop())
        while downs and lowest <= downs[-1].price:
            fired.append(downs.pop())
        return fired
