"""Where prices come from: walks and captures, run against the clock."""

import asyncio
import heapq
import logging
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from lotkeeper.paper.capture import BOOK, TRADE, Capture, Recorded
from lotkeeper.paper.exchange import Exchange
from lotkeeper.paper.markets import Print, Quote
from lotkeeper.paper.numbers import quote_amount
from lotkeeper.paper.tape import Tape
from lotkeeper.paper.walk import Step, Walk
from lotkeeper.trading.money import floor_to

log = logging.getLogger(__name__)
YIELD_EVERY = 32


class Sources:
    """The walks of some pairs and the captures of others. `go` holds them back until it is set."""

    def __init__(
        self,
        tape: Tape,
        exchange: Exchange,
        walks: Mapping[str, Walk],
        captures: Sequence[Capture],
        *,
        step_s: float,
        speed: float,
    ) -> None:
        self._tape, self._exchange = tape, exchange
        self._walks, self._captures = walks, captures
        self._step_s, self._speed = step_s, speed
        self.go = asyncio.Event()
        self.replay_done = not captures

    def prime(self, books: Iterable[Recorded], now_s: float) -> None:
        """Give every pair a first price, so that orders can be taken at once."""
        for symbol, walk in self._walks.items():
            self._apply(symbol, walk.stand(), now_s)
        for book in books:
            self._tape.replayed.add(book.symbol)
            self._tape.quote(book.symbol, quote_of(book.data), now_s)

    def tasks(self) -> list[asyncio.Task[None]]:
        running = [asyncio.create_task(self._walk(index, symbol)) for index, symbol in enumerate(self._walks)]
        running.append(asyncio.create_task(self._each_second()))
        if self._captures:
            running.append(asyncio.create_task(self._replay()))
        return running

    async def _each_second(self) -> None:
        while True:
            await asyncio.sleep(1)
            self._tape.every_second(asyncio.get_running_loop().time())

    async def _walk(self, index: int, symbol: str) -> None:
        """Steps are due by number: one that came late is followed by the next at once."""
        loop = asyncio.get_running_loop()
        start = loop.time() + self._step_s * index / max(1, len(self._walks))
        while True:
            if not self.go.is_set():
                await self.go.wait()
                start = loop.time() - self._walks[symbol].number * self._step_s
            await asyncio.sleep(max(0.0, start + self._walks[symbol].number * self._step_s - loop.time()))
            if self.go.is_set():
                self._apply(symbol, self._walks[symbol].step(), loop.time())

    def _apply(self, symbol: str, step: Step, now_s: float) -> None:
        self._tape.quote(symbol, step.quote, now_s)
        for price, qty, buyer_is_maker in step.prints:
            self._tape.trade(symbol, price, qty, buyer_is_maker)

    async def _replay(self) -> None:
        """Send the captures' frames at the distances they came in, divided by the speed, merged by time."""
        loop = asyncio.get_running_loop()
        await self.go.wait()
        start, first = loop.time(), None
        frames = heapq.merge(*(each.read() for each in self._captures), key=lambda frame: frame.time_ns)
        for count, frame in enumerate(frames):
            first = first or frame.time_ns
            wait = start + (frame.time_ns - first) / 1e9 / self._speed - loop.time()
            if wait > 0.001:
                await asyncio.sleep(wait)
            elif count % YIELD_EVERY == 0:
                await asyncio.sleep(0)
            await self.go.wait()
            self._show(frame, loop.time())
        self._finish()

    def _show(self, frame: Recorded, now_s: float) -> None:
        desk = self._exchange.desks.get(frame.symbol)
        if desk and frame.kind == BOOK:
            desk.market.quoted_at = now_s
            self._exchange.quote(frame.symbol, quote_of(frame.data))
        elif desk and frame.kind == TRADE:
            self._exchange.printed(frame.symbol, self._print_of(frame.data))
        self._tape.recorded(frame.name, frame.payload)

    def _print_of(self, data: Mapping[str, Any]) -> Print:
        """A recorded trade, as of now: averages over minutes mean those of this exchange's clock."""
        price, qty = Decimal(data["p"]), Decimal(data["q"])
        return Print(data["t"], price, qty, quote_amount(price, qty), self._exchange.clock.ms(), data["m"])

    def _finish(self) -> None:
        self.replay_done = True
        for capture in self._captures:
            if capture.damaged:
                where = capture.first_damage
                log.warning("%s: %d damaged lines passed over, first %s", capture.path, capture.damaged, where)

    def set_price(self, symbol: str, price: Decimal, size: Decimal | None, now_s: float) -> Quote:
        """The bid is `price` from now on, the ask a tick above; a walk goes on from there."""
        market = self._exchange.desks[symbol].market
        tick = market.rules.tick or Decimal("0.00000001")
        bid = max(floor_to(price, tick), tick)
        old = market.quote
        usual = (old.bid_qty, old.ask_qty, old.update_id) if old else (Decimal(1), Decimal(1), 1)
        quote = Quote(bid, size or usual[0], bid + tick, size or usual[1], usual[2] + 1)
        if symbol in self._walks:
            self._walks[symbol].jump(bid)
        self._tape.quote(symbol, quote, now_s)
        return quote

    def state(self) -> dict[str, Any]:
        return {
            "running": self.go.is_set(),
            "steps": {symbol: walk.number for symbol, walk in self._walks.items()},
            "replay": [
                {"file": each.path.name, "frames": each.frames, "damaged": each.damaged} for each in self._captures
            ],
            "replay_done": self.replay_done,
        }


def quote_of(data: Mapping[str, Any]) -> Quote:
    return Quote(Decimal(data["b"]), Decimal(data["B"]), Decimal(data["a"]), Decimal(data["A"]), int(data["u"]))
