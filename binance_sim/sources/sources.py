"""The walks of some pairs and the captures of others, run against the clock."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from binance_sim.matching.exchange import Exchange
from binance_sim.matching.outside import Quote
from binance_sim.numbers import ATOM, ONE, floor_to
from binance_sim.sources.capture import Capture, Recorded
from binance_sim.sources.replay import Replay, Screen
from binance_sim.sources.walk import Step, Walk

log = logging.getLogger(__name__)
STANDING_S = 1.0


class Sources:
    """`go` holds prices back until it is set."""

    def __init__(
        self, exchange: Exchange, screen: Screen, walks: Mapping[str, Walk], captures: Sequence[Capture], step_s: float
    ) -> None:
        self._exchange, self._screen = exchange, screen
        self._walks, self._captures = walks, captures
        self._step_s = step_s
        self.go = asyncio.Event()
        self.replay_done = not captures

    def prime(self, books: Iterable[Recorded]) -> None:
        """Give every pair a first price, so that orders can be taken at once."""
        for symbol, walk in self._walks.items():
            self._apply(symbol, walk.stand())
        for capture in self._captures:
            self._screen.announce(capture.names())
        for book in books:
            self._screen.prime(book)

    def tasks(self, speed: float) -> list[asyncio.Task[None]]:
        running = [asyncio.create_task(self._walk(index, symbol)) for index, symbol in enumerate(self._walks)]
        running.append(asyncio.create_task(self._each_second()))
        if self._captures:
            running.append(asyncio.create_task(self._replay(speed)))
        return running

    async def _each_second(self) -> None:
        """While no new quote comes, the standing one is filled up again."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(STANDING_S)
            for symbol, desk in self._exchange.desks.items():
                if loop.time() - self._screen.quoted_at.get(symbol, 0.0) >= STANDING_S:
                    self._exchange.show_again(desk)

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
                self._apply(symbol, self._walks[symbol].step())

    def _apply(self, symbol: str, step: Step) -> None:
        self._quote(symbol, step.quote)
        for buys, price, qty in step.takers:
            self._exchange.taken(symbol, buys, price, qty)

    def _quote(self, symbol: str, quote: Quote) -> None:
        self._screen.quoted_at[symbol] = asyncio.get_running_loop().time()
        self._exchange.quote(symbol, quote)

    async def _replay(self, speed: float) -> None:
        await Replay(self._captures, self._screen, self.go, speed).run()
        self.replay_done = True
        for capture in self._captures:
            if capture.damaged:
                where = capture.first_damage
                log.warning("%s: %d damaged lines passed over, first %s", capture.path, capture.damaged, where)

    def set_price(self, symbol: str, price: Decimal, size: Decimal | None) -> Quote:
        """The bid is `price` from now on, the ask a tick above; a walk goes on from there."""
        desk = self._exchange.desks[symbol]
        tick = desk.rules.tick or ATOM
        bid = max(floor_to(price, tick), tick)
        old = desk.quote
        usual = (old.bid_qty, old.ask_qty, old.update_id) if old else (ONE, ONE, 1)
        quote = Quote(bid, size or usual[0], bid + tick, size or usual[1], usual[2] + 1)
        if symbol in self._walks:
            self._walks[symbol].jump(bid)
        self._quote(symbol, quote)
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
