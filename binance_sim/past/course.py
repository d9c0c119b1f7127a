"""The course of a price: open, high, low and close of consecutive parts, drawn at random."""

import math
from dataclasses import dataclass
from random import Random

from binance_sim.past.levels import Level


@dataclass(frozen=True, slots=True)
class PriceRange:
    """The lowest and the highest price that are allowed, in ticks."""

    low: int
    high: int

    def nearest(self, price: float) -> int:
        return min(max(round(price), self.low), self.high)


@dataclass(frozen=True, slots=True)
class Course:
    """Prices of consecutive parts in ticks. Each part opens where the one before it closed."""

    opens: list[int]
    highs: list[int]
    lows: list[int]
    closes: list[int]

    def reach(self, bounds: PriceRange) -> None:
        """Let one part have the highest price of the range, and one the lowest."""
        self.highs[self.highs.index(max(self.highs))] = bounds.high
        self.lows[self.lows.index(min(self.lows))] = bounds.low

    def widen(self, bounds: PriceRange, share: float) -> None:
        """Move all highs and lows towards those of the range; a share of one moves them all the way."""
        self.highs[:] = [bounds.high if share == 1 else high + int((bounds.high - high) * share) for high in self.highs]
        self.lows[:] = [bounds.low if share == 1 else low - int((low - bounds.low) * share) for low in self.lows]


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """What is known of a course before it is drawn: where it begins and ends, what its prices stay around."""

    count: int
    opening: int
    home: float
    ending: int | None  # None lets the last close fall where it falls
    bounds: PriceRange


def draw_course(random: Random, level: Level, plan: CoursePlan) -> Course:
    """Draw a course. Parts that are followed by more parts do not depend on how many follow, unless the end is set."""
    bounds, far = plan.bounds, plan.home * level.wick
    away, noise = math.log(plan.opening / plan.home), level.spread * math.sqrt(1 - level.memory**2)
    distances: list[float] = []
    wicks: list[tuple[float, float]] = []
    for _ in range(plan.count):
        away = away * level.memory + random.gauss(0, noise)
        distances.append(away)
        wicks.append((far * (0.4 + 1.2 * random.random()), far * (0.4 + 1.2 * random.random())))
    if plan.ending is not None:
        _bend(distances, math.log(plan.ending / plan.home), level.memory)
    closes = [bounds.nearest(plan.home * math.exp(each)) for each in distances]
    if plan.ending is not None:
        closes[-1] = plan.ending
    opens = [plan.opening, *closes[:-1]]
    ends = list(zip(opens, closes, wicks, strict=True))
    highs = [bounds.nearest(max(first, last) + up) for first, last, (up, _) in ends]
    lows = [bounds.nearest(min(first, last) - down) for first, last, (_, down) in ends]
    return Course(opens, highs, lows, closes)


def _bend(distances: list[float], ending: float, memory: float) -> None:
    """Lead the last distances to the ending, as if the course had known it."""
    missing = ending - distances[-1]
    for index in range(len(distances) - 1, -1, -1):
        distances[index] += missing
        missing *= memory
        if abs(missing) < 1e-9:
            return
