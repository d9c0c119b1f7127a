"""Intervals: where candles begin, and candles of any interval from those of a minute or a second."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, groupby

from binance_sim.market.candle import Candle, join_candles
from binance_sim.market.candles import MINUTE_US, SECOND_US, Candles
from binance_sim.numbers import ZERO

HOUR_US, DAY_US = 60 * MINUTE_US, 24 * 60 * MINUTE_US
WEEK, MONTH = "1w", "1M"
LENGTHS_US = {
    "1s": SECOND_US,
    **{f"{n}m": n * MINUTE_US for n in (1, 3, 5, 15, 30)},
    **{f"{n}h": n * HOUR_US for n in (1, 2, 4, 6, 8, 12)},
    **{f"{n}d": n * DAY_US for n in (1, 3)},
}
INTERVALS = (*LENGTHS_US, WEEK, MONTH)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# 1970 began on a Thursday; weeks begin on Mondays.
MONDAY_US = 4 * DAY_US


def start_of(interval: str, time_us: int, offset_us: int = 0) -> int:
    """The start of the candle that contains `time_us`, in a time zone that is `offset_us` ahead of UTC."""
    local = time_us + offset_us
    if interval == MONTH:
        when = EPOCH + timedelta(microseconds=local)
        first = when.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return (first - EPOCH) // timedelta(microseconds=1) - offset_us
    if interval == WEEK:
        return (local - MONDAY_US) // (7 * DAY_US) * (7 * DAY_US) + MONDAY_US - offset_us
    length = LENGTHS_US[interval]
    return local // length * length - offset_us


def next_start(interval: str, start_us: int, offset_us: int = 0) -> int:
    """The start of the next candle after the candle that starts at `start_us`."""
    if interval == MONTH:
        return start_of(MONTH, start_us + 32 * DAY_US, offset_us)
    return start_us + (7 * DAY_US if interval == WEEK else LENGTHS_US[interval])


@dataclass(frozen=True, slots=True)
class CandleSpan:
    """The candles of `interval` that start from `since_us` to `until_us`, in a time zone."""

    interval: str
    until_us: int
    since_us: int = 0
    offset_us: int = 0

    def start(self, time_us: int) -> int:
        return start_of(self.interval, time_us, self.offset_us)

    def after(self, start_us: int) -> int:
        return next_start(self.interval, start_us, self.offset_us)

    def back(self, count: int) -> int:
        """The start of the candle `count` before the one that contains `until_us`."""
        start = self.start(self.until_us)
        if self.interval in LENGTHS_US:
            return start - count * LENGTHS_US[self.interval]
        for _ in range(count):
            start = self.start(start - 1)
        return start


def candles_of(candles: Candles, span: CandleSpan) -> Iterator[Candle]:
    """The candles of a span, the oldest first. Candles without a trade have the last close as their price."""
    source = candles.seconds if span.interval == "1s" else candles.minutes
    # Candles that were dropped are no candles without a trade.
    dropped = candles.past is not None and len(source) == source.maxlen
    after_dropped = span.start(source[0].start) if dropped else None
    last: Candle | None = None
    for start, group in groupby(chain(_past(candles, span), source), key=lambda each: span.start(each.start)):
        if last is not None and start != after_dropped:
            yield from _fill_gap(last, span, min(start, span.until_us + 1))
        if start > span.until_us:
            return
        last = join_candles(group)
        if last is not None:
            last.start = start
            if start >= span.since_us:
                yield last
    if last is not None:
        yield from _fill_gap(last, span, span.until_us + 1)


def _past(candles: Candles, span: CandleSpan) -> Iterator[Candle]:
    """Candles from before the start, at least the last one, which may be a part of its interval."""
    if candles.past is None:
        return
    start = span.start(min(max(span.since_us, candles.past.begin_us), candles.past_until_us - 1))
    while start <= span.until_us:
        following = span.after(start)
        candle = candles.before(start, following)
        if candle is None:
            return
        yield candle
        start = following


def _fill_gap(last: Candle, span: CandleSpan, before_us: int) -> Iterator[Candle]:
    start = max(span.after(last.start), span.start(span.since_us))
    while start < before_us:
        if start >= span.since_us:
            yield empty_candle(start, last)
        start = span.after(start)


def empty_candle(start: int, last: Candle) -> Candle:
    """A candle without a trade, after the candle `last`."""
    price, none = last.close, (ZERO, ZERO, ZERO, ZERO)
    return Candle(start, price, price, price, price, *none, 0, -1, -1)
