"""The past of one pair: any candle and any trade between its beginning and the start of the exchange.

It is a tree of parts (`LEVELS`). A part is divided when somebody asks for something inside it, always in the same way,
and only the parts that were divided last are kept: a past costs nothing until it is asked for, and little then.
"""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from math import exp
from random import Random

from binance_sim.market.candle import Candle
from binance_sim.market.public_trades import PublicTrade
from binance_sim.past.course import CoursePlan, PriceRange
from binance_sim.past.levels import LEVELS
from binance_sim.past.parts import divide_stretch, draw_parts
from binance_sim.past.stretch import Stretch, join_stretches, number_trades
from binance_sim.past.units import Units
from binance_sim.past.volumes import Activity

# 2017-01-01: the oldest time that the exchange accepts in a request.
BEGINNING_S = 1_483_228_800
SECOND_US = 1_000_000
DIVISIONS_KEPT, WINDOWS_KEPT = 24, 32
# The highest price of the past, in multiples of the price at the start.
HIGHEST = 8


@dataclass(frozen=True, slots=True)
class Ending:
    """Where a past ends: before this second, at this price (in ticks), with this trade id."""

    second: int
    close: int
    last_id: int


class Past:
    """What was traded from 2017 to its ending.

    Same seed and same start: same past. Another start within the same four hours (UTC) has the same whole hours before
    it, apart from the trade ids.
    """

    def __init__(self, units: Units, seed: str, activity: Activity, ending: Ending) -> None:
        self._units, self._seed, self._activity = units, seed, activity
        self._end, self._close, self.last_id = ending.second, ending.close, ending.last_id
        self.begin_us, self.end_us = BEGINNING_S * SECOND_US, self._end * SECOND_US
        self.close = units.tick * self._close
        self._divisions: OrderedDict[tuple[int, int], list[Stretch]] = OrderedDict()
        self._windows: OrderedDict[tuple[int, int], Candle | None] = OrderedDict()

    # Candles

    def window(self, since_us: int, until_us: int) -> Candle | None:
        """The whole seconds from `since_us` to before `until_us` as one candle; None if none of them is in the past."""
        since, until = max(-(-since_us // SECOND_US), BEGINNING_S), min(until_us // SECOND_US, self._end)
        key = (since, until)
        if key not in self._windows:
            whole = join_stretches(self._between(self._trunk, since, until)) if since < until else None
            self._windows[key] = None if whole is None else self._units.candle(whole)
            if len(self._windows) > WINDOWS_KEPT:
                self._windows.popitem(last=False)
        return self._windows[key]

    # Trades

    def trades_from(self, since_us: int) -> Iterator[PublicTrade]:
        """Trades from that time on, the oldest first."""
        for second in range(max(since_us // SECOND_US, BEGINNING_S), self._end):
            for trade in self._trades_of(second):
                if trade.time >= since_us:
                    yield trade

    def trades_from_id(self, first_id: int) -> Iterator[PublicTrade]:
        """Trades from that id on, the oldest first."""
        parts: Sequence[Stretch] = self._trunk
        while True:
            found = parts[max(0, bisect_right(parts, first_id, key=lambda each: each.first_id) - 1)]
            if found.seconds == 1:
                break
            parts = self._parts_of(found)
        for trade in self.trades_from(found.start * SECOND_US):
            if trade.trade_id >= first_id:
                yield trade

    def trades_back(self, until_us: int) -> Iterator[PublicTrade]:
        """Trades up to that time, the newest first."""
        newest = min(until_us // SECOND_US, self._end - 1)
        for second in range(newest, BEGINNING_S - 1, -1):
            for trade in reversed(list(self._trades_of(second))):
                if trade.time <= until_us:
                    yield trade

    def _trades_of(self, second: int) -> Iterator[PublicTrade]:
        (found,) = self._between(self._trunk, second, second + 1)
        return self._units.trades(found, self._seed)

    # The tree

    @cached_property
    def _trunk(self) -> list[Stretch]:
        """The largest parts that end before the start: many blocks, then days, hours, minutes and seconds."""
        bounds, home, start = PriceRange(1, self._close * HIGHEST), float(self._close), BEGINNING_S
        opening = bounds.nearest(home * exp(Random(f"{self._seed}/opening").gauss(0, LEVELS[0].spread)))
        trunk: list[Stretch] = []
        for level in LEVELS:
            number = (self._end - start) // level.seconds
            if number:
                until = start + number * level.seconds
                plan = CoursePlan(number, opening, home, self._close if until == self._end else None, bounds)
                trunk += draw_parts(level, start, plan, self._activity, self._seed)
                start, opening = until, trunk[-1].close
        number_trades(trunk, self.last_id + 1 - sum(each.count for each in trunk))
        return trunk

    def _parts_of(self, whole: Stretch) -> list[Stretch]:
        """The parts of a stretch, from memory if it was divided lately."""
        key = (whole.start, whole.end)
        parts = self._divisions.pop(key, None) or divide_stretch(whole, self._seed)
        self._divisions[key] = parts
        if len(self._divisions) > DIVISIONS_KEPT:
            self._divisions.popitem(last=False)
        return parts

    def _between(self, parts: Sequence[Stretch], since: int, until: int) -> Iterator[Stretch]:
        """The fewest stretches that are the seconds from `since` to before `until`."""
        first = max(0, bisect_right(parts, since, key=lambda each: each.start) - 1)
        for index in count(first):
            if index == len(parts) or parts[index].start >= until:
                return
            each = parts[index]
            if since <= each.start and each.end <= until:
                yield each
            else:
                yield from self._between(self._parts_of(each), since, until)


def most_trades_since_beginning(activity: Activity, end: int) -> int:
    """More trades than a past that ends at this second can have."""
    return activity.most_trades * max(0, end - BEGINNING_S)
