"""When each stream is sent: at once with a trade or a new best price, or on the beat of a timer."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import orjson

from binance_sim.clock import TimeUnit, microseconds, milliseconds
from binance_sim.market.candles import Candle
from binance_sim.market.intervals import INTERVALS, Span, candles_of
from binance_sim.market.prints import Aggregate, Print
from binance_sim.matching.desks import Desk
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.sinks import Sink
from binance_sim.streams import payloads
from binance_sim.streams.depths import Pending
from binance_sim.streams.hub import Streams

Json = dict[str, Any]
Make = Callable[[TimeUnit], Any]
BEAT_S = 0.1
BEATS_A_SECOND = 10
ALL_MINI = ("!miniTicker@arr", "!miniTicker@arr@1000ms")
KLINE = re.compile(rf"kline_({'|'.join(INTERVALS)})(@\+08:00)?")
PARTIAL = re.compile(r"depth(5|10|20)(@100ms|@1000ms)?")
DIFF = re.compile(r"depth(@100ms|@1000ms)?")
TICKER = re.compile(r"ticker_(1h|4h|1d)")
EIGHT_HOURS_US = 8 * 3_600_000_000


@dataclass(slots=True)
class Running:
    """The candle that a kline stream sent last, or sends first."""

    start: int
    sent: tuple[int, int] = field(default=(-1, -1))


class Publisher(Sink):
    """Sends market streams. `recorded` are those that a replay sends itself, byte for byte."""

    def __init__(self, exchange: Exchange, streams: Streams) -> None:
        self._exchange, self._streams = exchange, streams
        self.recorded: set[str] = set()
        self._beat = 0
        self._pending: dict[str, Pending] = {}
        self._candles: dict[str, Running] = {}

    def _send(self, name: str, make: Make) -> None:
        fine = orjson.dumps(make(microseconds)) if self._streams.wants_fine else None
        self._streams.publish(name, orjson.dumps(make(milliseconds)), fine)

    def _is_due(self, name: str) -> bool:
        return self._streams.wanted(name) and name not in self.recorded

    # At once

    def trades(self, desk: Desk, prints: list[Print], aggregates: list[Aggregate]) -> None:
        symbol = desk.name.lower()
        if self._is_due(f"{symbol}@trade"):
            for each in prints:
                self._send(f"{symbol}@trade", partial(payloads.trade, desk, each))
        if self._is_due(f"{symbol}@aggTrade"):
            for row in aggregates:
                self._send(f"{symbol}@aggTrade", partial(payloads.aggregate, desk, row))

    def top(self, desk: Desk) -> None:
        name = f"{desk.name.lower()}@bookTicker"
        if self._is_due(name) and desk.status != "BREAK":
            self._streams.publish(name, orjson.dumps(payloads.book_ticker(desk)))

    # On the beat

    async def run(self) -> None:
        """Ten beats a second: depths on each or each tenth, tickers once a second, candles each two."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        while True:
            self._beat += 1
            await asyncio.sleep(max(0.0, start + self._beat * BEAT_S - loop.time()))
            self.beat(self._beat)

    def beat(self, number: int) -> None:
        """Send what is due on this beat."""
        second = number % BEATS_A_SECOND == 0
        self._forget()
        for name in self._streams.names:
            symbol, _, kind = name.partition("@")
            desk = self._exchange.desks.get(symbol.upper())
            if desk is not None and kind and name not in self.recorded and desk.status != "BREAK":
                self._send_timed(name, kind, desk, number)
        if second:
            self._send_arrays()
            for desk in self._exchange.desks.values():
                desk.market.changed = False
        for desk in self._exchange.desks.values():
            desk.book.changes.empty()

    def _forget(self) -> None:
        """What a stream sent last means nothing once nobody listens: its next listener begins anew."""
        for store in (self._pending, self._candles):
            for name in [each for each in store if not self._streams.wanted(each)]:
                store.pop(name)

    def _send_timed(self, name: str, kind: str, desk: Desk, number: int) -> None:
        second = number % BEATS_A_SECOND == 0
        if match := DIFF.fullmatch(kind):
            self._send_diff(name, desk, fast=match[1] == "@100ms", second=second)
        elif match := PARTIAL.fullmatch(kind):
            if second or match[2] == "@100ms":
                self._exchange.deepen(desk)
                count = int(match[1])
                self._send(name, lambda _: payloads.partial_depth(desk, count))
        elif match := KLINE.fullmatch(kind):
            due = number % (BEATS_A_SECOND if match[1] == "1s" else 2 * BEATS_A_SECOND) == 0
            self._look_at_candles(name, desk, Span(match[1], desk.clock_us, 0, EIGHT_HOURS_US if match[2] else 0), due)
        elif second:
            self._send_each_second(name, kind, desk)

    def _send_each_second(self, name: str, kind: str, desk: Desk) -> None:
        if kind == "avgPrice":
            self._send(name, lambda unit: payloads.average(desk, unit))
        elif kind == "referencePrice" and desk.market.has_reference:
            self._send(name, lambda unit: payloads.reference_price(desk, unit))
        elif not desk.market.changed:
            return
        elif kind == "miniTicker":
            self._send(name, lambda unit: payloads.mini_ticker(desk, unit))
        elif kind == "ticker":
            self._send(name, lambda unit: payloads.ticker(desk, unit))
        elif match := TICKER.fullmatch(kind):
            self._send(name, partial(payloads.window_ticker, desk, match[1]))

    def _send_arrays(self) -> None:
        """The pairs that changed within the second."""
        changed = [desk for desk in self._exchange.desks.values() if desk.market.changed]
        if not changed:
            return
        for name in ALL_MINI:
            if self._is_due(name):
                self._send(name, lambda unit: [payloads.mini_ticker(desk, unit) for desk in changed])
        for size in payloads.WINDOWS_US:
            name = f"!ticker_{size}@arr"
            if self._is_due(name):
                self._send(name, partial(_windows, changed, size))

    def _send_diff(self, name: str, desk: Desk, *, fast: bool, second: bool) -> None:
        self._exchange.deepen(desk)
        pending = self._pending.setdefault(name, Pending())
        pending.take(desk)
        if not (fast or second):
            return
        event = pending.event(desk, milliseconds)
        if event is not None:
            self._send(name, lambda unit: event | {"E": unit(desk.clock_us)})
            pending.clear()

    def _look_at_candles(self, name: str, desk: Desk, span: Span, due: bool) -> None:
        """The running candle if it changed, before it those that closed since the last or the first look."""
        running = self._candles.get(name)
        if running is None:
            running = self._candles[name] = Running(span.start(desk.clock_us))
        if due:
            for candle in candles_of(desk.market.candles, replace(span, since_us=running.start)):
                self._send_candle(name, desk, span, candle, running)

    def _send_candle(self, name: str, desk: Desk, span: Span, candle: Candle, running: Running) -> None:
        closes = span.after(candle.start)
        closed = closes <= desk.clock_us
        mark = (candle.last_id, int(closed))
        if candle.start == running.start and mark == running.sent:
            return
        running.start, running.sent = candle.start, mark
        self._send(
            name,
            lambda unit: payloads.kline(desk, span.interval, candle, closes - 1, closed=closed, unit=unit),
        )


def _windows(desks: list[Desk], size: str, unit: TimeUnit) -> list[Json]:
    return [payloads.window_ticker(desk, size, unit) for desk in desks]
