"""Candles of every interval and the figures of sliding windows, both built from candles of a minute and a second.

Source: "Kline/Candlestick data", "24hr ticker price change statistics", "Rolling window price change statistics".
"""

from collections import deque

from binance_sim.market.candle import Candle, first_candle, join_candles
from binance_sim.market.public_trades import PublicTrade
from binance_sim.past.past import Past

SECOND_US, MINUTE_US = 1_000_000, 60_000_000
# Two hours of seconds, four weeks of minutes.
SECONDS_KEPT, MINUTES_KEPT = 7200, 40_320
# Windows of this many lengths are remembered until the next minute.
WINDOWS_KEPT = 64


class Candles:
    """The candles of a pair. Trades are added in the order of their times; `past` has those before the first."""

    def __init__(self) -> None:
        self.seconds: deque[Candle] = deque(maxlen=SECONDS_KEPT)
        self.minutes: deque[Candle] = deque(maxlen=MINUTES_KEPT)
        self.past: Past | None = None
        # The end of the past: where the first trade is, should a wrong clock have put that before the start.
        self.past_until_us = 0
        self._closed: dict[int, tuple[int, Candle | None]] = {}

    def follow(self, past: Past) -> None:
        """Continue a past; call it before the first trade."""
        self.past, self.past_until_us = past, past.end_us

    def add(self, trade: PublicTrade) -> None:
        if not self.minutes:
            self.past_until_us = min(self.past_until_us, trade.time // SECOND_US * SECOND_US)
        _add(self.seconds, trade, SECOND_US)
        _add(self.minutes, trade, MINUTE_US)

    def before(self, since_us: int, until_us: int) -> Candle | None:
        """What the past has of that time, as one candle."""
        return self.past.window(since_us, min(until_us, self.past_until_us)) if self.past is not None else None

    def window(self, now_us: int, length_us: int) -> Candle | None:
        """The last `length_us` as one candle, wider by up to a minute; None without a trade in it."""
        minute = now_us // MINUTE_US * MINUTE_US
        if self._closed.get(length_us, (None,))[0] != minute:
            if len(self._closed) >= WINDOWS_KEPT:
                self._closed.clear()
            self._closed[length_us] = (minute, self._closed_window(_minute_from(minute - length_us), minute))
        running = self.minutes[-1] if self.minutes and self.minutes[-1].start >= minute else None
        parts = (self._closed[length_us][1], self.before(minute, now_us), running)
        return join_candles(each for each in parts if each is not None)

    def _closed_window(self, since_us: int, until_us: int) -> Candle | None:
        past = self.before(since_us, until_us)
        inside = (each for each in self.minutes if since_us <= each.start < until_us)
        return join_candles([past, *inside] if past is not None else inside)

    def last_before(self, now_us: int, length_us: int) -> Candle | None:
        """The last candle before that window."""
        start = _minute_from(now_us // MINUTE_US * MINUTE_US - length_us)
        found = next((each for each in reversed(self.minutes) if each.start < start), None)
        end = min(start, self.past_until_us)
        return found or self.before(end - MINUTE_US, end)


def _minute_from(time_us: int) -> int:
    """The start of the first minute that begins at this time or later."""
    return -(-time_us // MINUTE_US) * MINUTE_US


def _add(candles: deque[Candle], trade: PublicTrade, length_us: int) -> None:
    start = trade.time // length_us * length_us
    if candles and candles[-1].start >= start:
        candles[-1].add(trade)
    else:
        candles.append(first_candle(start, trade))
