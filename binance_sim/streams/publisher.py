"""When each stream is sent: at once with a trade or a new best price, or by a timer."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import orjson

from binance_sim.clock import TimeUnit, microseconds, milliseconds
from binance_sim.market.candle import Candle
from binance_sim.market.intervals import INTERVALS, CandleSpan, candles_of
from binance_sim.market.public_trades import AggregateTrade, PublicTrade
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.sinks import Sink
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.streams import payloads
from binance_sim.streams.depths import PendingDepth
from binance_sim.streams.hub import MarketHub

Json = dict[str, Any]
MakePayload = Callable[[TimeUnit], Any]
BEAT_S = 0.1
BEATS_A_SECOND = 10
ALL_MINI = ("!miniTicker@arr", "!miniTicker@arr@1000ms")
KLINE = re.compile(rf"kline_({'|'.join(INTERVALS)})(@\+08:00)?")
PARTIAL = re.compile(r"depth(5|10|20)(@100ms|@1000ms)?")
DIFF = re.compile(r"depth(@100ms|@1000ms)?")
TICKER = re.compile(r"ticker_(1h|4h|1d)")
EIGHT_HOURS_US = 8 * 3_600_000_000


@dataclass(slots=True)
class SentCandle:
    """The candle that a kline stream sent last, or will send first."""

    start: int
    sent: tuple[int, int] = field(default=(-1, -1))


class Publisher(Sink):
    """Sends market streams, except those in `recorded`: a replay sends them unchanged."""

    def __init__(self, exchange: Exchange, streams: MarketHub) -> None:
        self._exchange, self._hub = exchange, streams
        self.recorded: set[str] = set()
        self._beat = 0
        self._pending: dict[str, PendingDepth] = {}
        self._candles: dict[str, SentCandle] = {}

    def _send(self, name: str, make: MakePayload) -> None:
        raw_us = orjson.dumps(make(microseconds)) if self._hub.wants_microseconds else None
        self._hub.publish(name, orjson.dumps(make(milliseconds)), raw_us)

    def _is_due(self, name: str) -> bool:
        return self._hub.has_listeners(name) and name not in self.recorded

    # At once

    def on_trades(
        self, market: SymbolMarket, public_trades: list[PublicTrade], aggregates: list[AggregateTrade]
    ) -> None:
        symbol = market.name.lower()
        if self._is_due(f"{symbol}@trade"):
            for each in public_trades:
                self._send(f"{symbol}@trade", partial(payloads.trade, market, each))
        if self._is_due(f"{symbol}@aggTrade"):
            for row in aggregates:
                self._send(f"{symbol}@aggTrade", partial(payloads.aggregate, market, row))

    def on_top(self, market: SymbolMarket) -> None:
        name = f"{market.name.lower()}@bookTicker"
        if self._is_due(name) and market.status != "BREAK":
            self._hub.publish(name, orjson.dumps(payloads.book_ticker(market)))

    # By the timer

    async def run(self) -> None:
        """Ten beats a second: depths every or every tenth beat, tickers every second, candles every two seconds."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        while True:
            self._beat += 1
            await asyncio.sleep(max(0.0, start + self._beat * BEAT_S - loop.time()))
            self.beat(self._beat)

    def beat(self, number: int) -> None:
        """Send what is due on this beat."""
        second = number % BEATS_A_SECOND == 0
        self._forget_unused()
        for name in self._hub.names:
            symbol, _, kind = name.partition("@")
            market = self._exchange.markets.get(symbol.upper())
            if market is not None and kind and name not in self.recorded and market.status != "BREAK":
                self._send_timed(name, kind, market, number)
        if second:
            self._send_arrays()
            for market in self._exchange.markets.values():
                market.history.changed = False
        for market in self._exchange.markets.values():
            market.book.changes.empty()

    def _forget_unused(self) -> None:
        """Forget the state of streams without listeners, so that the next listener starts from the beginning."""
        for store in (self._pending, self._candles):
            for name in [each for each in store if not self._hub.has_listeners(each)]:
                store.pop(name)

    def _send_timed(self, name: str, kind: str, market: SymbolMarket, number: int) -> None:
        second = number % BEATS_A_SECOND == 0
        if match := DIFF.fullmatch(kind):
            self._send_diff(name, market, fast=match[1] == "@100ms", second=second)
        elif match := PARTIAL.fullmatch(kind):
            if second or match[2] == "@100ms":
                self._exchange.show_whole_book(market)
                count = int(match[1])
                self._send(name, lambda _: payloads.partial_depth(market, count))
        elif match := KLINE.fullmatch(kind):
            due = number % (BEATS_A_SECOND if match[1] == "1s" else 2 * BEATS_A_SECOND) == 0
            self._send_candles(
                name, market, CandleSpan(match[1], market.clock_us, 0, EIGHT_HOURS_US if match[2] else 0), due
            )
        elif second:
            self._send_each_second(name, kind, market)

    def _send_each_second(self, name: str, kind: str, market: SymbolMarket) -> None:
        if kind == "avgPrice":
            self._send(name, lambda unit: payloads.average(market, unit))
        elif kind == "referencePrice" and market.history.has_reference:
            self._send(name, lambda unit: payloads.reference_price(market, unit))
        elif not market.history.changed:
            return
        elif kind == "miniTicker":
            self._send(name, lambda unit: payloads.mini_ticker(market, unit))
        elif kind == "ticker":
            self._send(name, lambda unit: payloads.ticker(market, unit))
        elif match := TICKER.fullmatch(kind):
            self._send(name, partial(payloads.window_ticker, market, match[1]))

    def _send_arrays(self) -> None:
        """Send the array streams, with the pairs that changed within the last second."""
        changed = [market for market in self._exchange.markets.values() if market.history.changed]
        if not changed:
            return
        for name in ALL_MINI:
            if self._is_due(name):
                self._send(name, lambda unit: [payloads.mini_ticker(market, unit) for market in changed])
        for size in payloads.WINDOWS_US:
            name = f"!ticker_{size}@arr"
            if self._is_due(name):
                self._send(name, partial(_windows, changed, size))

    def _send_diff(self, name: str, market: SymbolMarket, *, fast: bool, second: bool) -> None:
        self._exchange.show_whole_book(market)
        pending = self._pending.setdefault(name, PendingDepth())
        pending.add_changes(market)
        if not (fast or second):
            return
        event = pending.event(market, milliseconds)
        if event is not None:
            self._send(name, lambda unit: event | {"E": unit(market.clock_us)})
            pending.clear()

    def _send_candles(self, name: str, market: SymbolMarket, span: CandleSpan, due: bool) -> None:
        """Send the candles that closed since the last call, and the current candle if it changed."""
        running = self._candles.get(name)
        if running is None:
            running = self._candles[name] = SentCandle(span.start(market.clock_us))
        if due:
            for candle in candles_of(market.history.candles, replace(span, since_us=running.start)):
                self._send_candle(name, market, span, candle, running)

    def _send_candle(
        self, name: str, market: SymbolMarket, span: CandleSpan, candle: Candle, running: SentCandle
    ) -> None:
        closes = span.after(candle.start)
        closed = closes <= market.clock_us
        mark = (candle.last_id, int(closed))
        if candle.start == running.start and mark == running.sent:
            return
        running.start, running.sent = candle.start, mark
        self._send(
            name,
            lambda unit: payloads.kline(market, span.interval, candle, closes - 1, closed=closed, unit=unit),
        )


def _windows(markets: list[SymbolMarket], size: str, unit: TimeUnit) -> list[Json]:
    return [payloads.window_ticker(market, size, unit) for market in markets]
