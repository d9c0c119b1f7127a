"""Candles of every interval and the figures of sliding windows, both built from candles of a minute and a second.

Source: "Kline/Candlestick data", "24hr ticker price change statistics", "Rolling window price change statistics".
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from binance_sim.market.public_trades import PublicTrade

SECOND_US, MINUTE_US = 1_000_000, 60_000_000
# Two hours of seconds, four weeks of minutes.
SECONDS_KEPT, MINUTES_KEPT = 7200, 40_320


@dataclass(slots=True)
class Candle:
    """The trades from `start` (microseconds) on. `taker_base` and `taker_quote` are what takers bought."""

    start: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    quote: Decimal
    taker_base: Decimal
    taker_quote: Decimal
    count: int
    first_id: int
    last_id: int

    def add(self, trade: PublicTrade) -> None:
        price = trade.price
        if price > self.high:
            self.high = price
        elif price < self.low:
            self.low = price
        self.close = price
        self.volume += trade.qty
        self.quote += trade.quote
        self.count += 1
        self.last_id = trade.trade_id
        if not trade.buyer_is_maker:
            self.taker_base += trade.qty
            self.taker_quote += trade.quote

    def join(self, later: "Candle") -> None:
        """Add a later candle to this one."""
        self.high, self.low = max(self.high, later.high), min(self.low, later.low)
        self.close, self.last_id = later.close, later.last_id
        self.volume += later.volume
        self.quote += later.quote
        self.taker_base += later.taker_base
        self.taker_quote += later.taker_quote
        self.count += later.count


def first_candle(start: int, trade: PublicTrade) -> Candle:
    """The candle of one trade."""
    price, zero = trade.price, trade.qty - trade.qty
    taken = (zero, zero) if trade.buyer_is_maker else (trade.qty, trade.quote)
    number = trade.trade_id
    return Candle(start, price, price, price, price, trade.qty, trade.quote, *taken, 1, number, number)


def join_candles(candles: Iterable[Candle]) -> Candle | None:
    """One candle from all of them, None without candles."""
    whole: Candle | None = None
    for each in candles:
        if whole is None:
            whole = replace(each)
        else:
            whole.join(each)
    return whole


class Candles:
    """The candles of a pair. Trades are added in the order of their times."""

    def __init__(self) -> None:
        self.seconds: deque[Candle] = deque(maxlen=SECONDS_KEPT)
        self.minutes: deque[Candle] = deque(maxlen=MINUTES_KEPT)
        self._closed: dict[int, tuple[int, Candle | None]] = {}

    def add(self, trade: PublicTrade) -> None:
        _add(self.seconds, trade, SECOND_US)
        _add(self.minutes, trade, MINUTE_US)

    def window(self, now_us: int, length_us: int) -> Candle | None:
        """The last `length_us` as one candle, wider by up to a minute; None without a trade in it."""
        minute = now_us // MINUTE_US * MINUTE_US
        if self._closed.get(length_us, (None,))[0] != minute:
            inside = (each for each in self.minutes if minute - length_us <= each.start < minute)
            self._closed[length_us] = (minute, join_candles(inside))
        closed = self._closed[length_us][1]
        running = self.minutes[-1] if self.minutes and self.minutes[-1].start >= minute else None
        return join_candles(each for each in (closed, running) if each is not None)

    def last_before(self, now_us: int, length_us: int) -> Candle | None:
        """The last candle before that window."""
        start = now_us // MINUTE_US * MINUTE_US - length_us
        return next((each for each in reversed(self.minutes) if each.start < start), None)


def _add(candles: deque[Candle], trade: PublicTrade, length_us: int) -> None:
    start = trade.time // length_us * length_us
    if candles and candles[-1].start >= start:
        candles[-1].add(trade)
    else:
        candles.append(first_candle(start, trade))
