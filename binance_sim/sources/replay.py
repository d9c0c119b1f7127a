"""Recorded frames, shown to the exchange and sent to whoever listens, at the distances that they came in."""

import asyncio
import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from binance_sim.market.prints import Print
from binance_sim.matching.desks import Desk
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.outside import Quote
from binance_sim.numbers import quote_amount
from binance_sim.sources.capture import BOOK, TRADE, Capture, Recorded
from binance_sim.sources.captures.recorded import stamp_ns

YIELD_EVERY = 64
# A replay waits for those who listen, up to a point: one that takes nothing at all does not hold up the others.
BACKLOG_BYTES, PATIENCE_S = 4 * 1024 * 1024, 5.0


class Screen:
    """Where recorded frames are shown. The account's orders meet a price before others hear of it.

    `send` passes a frame on byte for byte, `recorded` are the streams that come from a recording.
    """

    def __init__(self, exchange: Exchange, send: Callable[[str, bytes], None], recorded: set[str]) -> None:
        self._exchange, self._send, self._recorded = exchange, send, recorded
        self.quoted_at: dict[str, float] = {}
        self.backlog: Callable[[], int] = lambda: 0

    def prime(self, book: Recorded) -> None:
        """A first price of a pair that a capture drives from then on: its book and tape are the recorded ones."""
        desk = self._exchange.desks[book.symbol]
        desk.is_replayed = True
        self.announce(f"{book.symbol.lower()}@{kind}" for kind in (BOOK, TRADE))
        desk.replayed_us = book.time_ns // 1000
        self._exchange.quote(book.symbol, quote_of(book.data))

    def announce(self, names: Iterable[str]) -> None:
        """These streams come from a recording, and from nowhere else."""
        self._recorded.update(names)

    def show(self, frame: Recorded, now_s: float) -> None:
        self._recorded.add(frame.name)
        desk = self._exchange.desks.get(frame.symbol)
        if desk is not None:
            desk.replayed_us = max(desk.replayed_us, frame.time_ns // 1000)
            if frame.kind == BOOK:
                self.quoted_at[frame.symbol] = now_s
                self._exchange.quote(frame.symbol, quote_of(frame.data))
            elif frame.kind == TRADE:
                self._print(desk, print_of(frame))
        self._send(frame.name, frame.payload)

    def _print(self, desk: Desk, trade: Print) -> None:
        """The pair's time is never behind a trade's: the clock of who recorded may have been."""
        desk.replayed_us = max(desk.replayed_us, trade.time)
        self._exchange.printed(desk.name, trade)


class Replay:
    """Frames of all captures, merged by time. A speed of infinity waits for nothing but those who listen."""

    def __init__(self, captures: Sequence[Capture], screen: Screen, go: asyncio.Event, speed: float) -> None:
        self._captures, self._screen, self._go, self._speed = captures, screen, go, speed

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        await self._go.wait()
        start, first = loop.time(), None
        frames = heapq.merge(*(each.read() for each in self._captures), key=lambda frame: frame.time_ns)
        for count, frame in enumerate(frames):
            first = first or frame.time_ns
            wait = start + (frame.time_ns - first) / 1e9 / self._speed - loop.time()
            if wait > 0.001:
                await asyncio.sleep(wait)
            elif count % YIELD_EVERY == 0:
                await self._breathe()
            if not self._go.is_set():
                await self._go.wait()
            self._screen.show(frame, loop.time())

    async def _breathe(self) -> None:
        """Let others work, and those who listen keep up."""
        await asyncio.sleep(0)
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while self._screen.backlog() > BACKLOG_BYTES and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.002)


def quote_of(data: Mapping[str, Any]) -> Quote:
    return Quote(Decimal(data["b"]), Decimal(data["B"]), Decimal(data["a"]), Decimal(data["A"]), int(data["u"]))


def print_of(frame: Recorded) -> Print:
    """A recorded trade, at its own time; at that of its frame where it tells none."""
    data = frame.data
    price, qty = Decimal(data["p"]), Decimal(data["q"])
    time = stamp_ns(str(data["T"])) if "T" in data else frame.time_ns
    return Print(data["t"], price, qty, quote_amount(price, qty), time // 1000, data["m"])
