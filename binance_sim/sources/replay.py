"""Recorded frames, applied to the exchange and sent to listeners, with the recorded time between them."""

import asyncio
import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from binance_sim.market.public_trades import PublicTrade
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.external_liquidity import ExternalQuote
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.numbers import quote_amount
from binance_sim.sources.capture import BOOK, TRADE, Capture, RecordedFrame
from binance_sim.sources.captures.frames import stamp_ns

YIELD_EVERY = 64
# A replay waits for slow clients, but not forever: a client that reads nothing does not delay the others.
BACKLOG_BYTES, MAX_WAIT_S = 4 * 1024 * 1024, 5.0


class ReplayFeed:
    """Applies recorded frames. The accounts' orders meet a price before listeners receive it.

    `send` publishes a frame unchanged; `recorded` are the names of the streams that come from a recording.
    """

    def __init__(self, exchange: Exchange, send: Callable[[str, bytes], None], recorded: set[str]) -> None:
        self._exchange, self._send, self._recorded = exchange, send, recorded
        self.quoted_at: dict[str, float] = {}
        self.backlog: Callable[[], int] = lambda: 0

    def set_first_price(self, book: RecordedFrame) -> None:
        """Set the first price of a pair. From now on its book and its public trades are the recorded ones."""
        market = self._exchange.markets[book.symbol]
        market.is_replayed = True
        self.mark_recorded(f"{book.symbol.lower()}@{kind}" for kind in (BOOK, TRADE))
        market.replayed_us = book.time_ns // 1000
        self._exchange.show_quote(book.symbol, read_quote(book.data))

    def mark_recorded(self, names: Iterable[str]) -> None:
        """These streams come from a recording only."""
        self._recorded.update(names)

    def play(self, frame: RecordedFrame, now_s: float) -> None:
        self._recorded.add(frame.name)
        market = self._exchange.markets.get(frame.symbol)
        if market is not None:
            market.replayed_us = max(market.replayed_us, frame.time_ns // 1000)
            if frame.kind == BOOK:
                self.quoted_at[frame.symbol] = now_s
                self._exchange.show_quote(frame.symbol, read_quote(frame.data))
            elif frame.kind == TRADE:
                self._apply_trade(market, read_trade(frame))
        self._send(frame.name, frame.payload)

    def _apply_trade(self, market: SymbolMarket, trade: PublicTrade) -> None:
        """Apply a trade. The pair's time is never before the trade's, even if the recorder's clock was behind."""
        market.replayed_us = max(market.replayed_us, trade.time)
        self._exchange.apply_external_trade(market.name, trade)


class Replay:
    """Frames of all captures, merged by time. An infinite speed waits for clients only."""

    def __init__(self, captures: Sequence[Capture], feed: ReplayFeed, running: asyncio.Event, speed: float) -> None:
        self._captures, self._feed, self._running, self._speed = captures, feed, running, speed

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        await self._running.wait()
        start, first = loop.time(), None
        frames = heapq.merge(*(each.read() for each in self._captures), key=lambda frame: frame.time_ns)
        for count, frame in enumerate(frames):
            first = first or frame.time_ns
            wait = start + (frame.time_ns - first) / 1e9 / self._speed - loop.time()
            if wait > 0.001:
                await asyncio.sleep(wait)
            elif count % YIELD_EVERY == 0:
                await self._yield_to_clients()
            if not self._running.is_set():
                await self._running.wait()
            self._feed.play(frame, loop.time())

    async def _yield_to_clients(self) -> None:
        """Let other tasks run, and slow clients keep up."""
        await asyncio.sleep(0)
        deadline = asyncio.get_running_loop().time() + MAX_WAIT_S
        while self._feed.backlog() > BACKLOG_BYTES and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.002)


def read_quote(data: Mapping[str, Any]) -> ExternalQuote:
    return ExternalQuote(Decimal(data["b"]), Decimal(data["B"]), Decimal(data["a"]), Decimal(data["A"]), int(data["u"]))


def read_trade(frame: RecordedFrame) -> PublicTrade:
    """A recorded trade with its own time, or the frame's time if it has none."""
    data = frame.data
    price, qty = Decimal(data["p"]), Decimal(data["q"])
    time = stamp_ns(str(data["T"])) if "T" in data else frame.time_ns
    return PublicTrade(data["t"], price, qty, quote_amount(price, qty), time // 1000, data["m"])
