"""Runs the price walks of some pairs and the captures of others."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from binance_sim.matching.exchange import Exchange
from binance_sim.matching.external_liquidity import ExternalQuote
from binance_sim.numbers import ATOM, ONE, floor_to
from binance_sim.sources.capture import Capture, RecordedFrame
from binance_sim.sources.replay import Replay, ReplayFeed
from binance_sim.sources.walk import PriceWalk, WalkStep

log = logging.getLogger(__name__)
STANDING_S = 1.0


class PriceSources:
    """Walks and captures; prices stand still until `running` is set."""

    def __init__(
        self,
        exchange: Exchange,
        feed: ReplayFeed,
        walks: Mapping[str, PriceWalk],
        captures: Sequence[Capture],
        step_s: float,
    ) -> None:
        self._exchange, self._feed = exchange, feed
        self._walks, self._captures = walks, captures
        self._step_s = step_s
        self.running = asyncio.Event()
        self.replay_done = not captures

    def set_first_prices(self, books: Iterable[RecordedFrame]) -> None:
        """Give every pair a first price, so that orders can be placed at once."""
        for symbol, walk in self._walks.items():
            self._apply(symbol, walk.current_step())
        for capture in self._captures:
            self._feed.mark_recorded(capture.names())
        for book in books:
            self._feed.set_first_price(book)

    def tasks(self, speed: float) -> list[asyncio.Task[None]]:
        running = [asyncio.create_task(self._walk(index, symbol)) for index, symbol in enumerate(self._walks)]
        running.append(asyncio.create_task(self._each_second()))
        if self._captures:
            running.append(asyncio.create_task(self._replay(speed)))
        return running

    async def _each_second(self) -> None:
        """Restore the current quote of each pair that got no new quote within a second."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(STANDING_S)
            for symbol, market in self._exchange.markets.items():
                if loop.time() - self._feed.quoted_at.get(symbol, 0.0) >= STANDING_S:
                    self._exchange.show_quote_again(market)

    async def _walk(self, index: int, symbol: str) -> None:
        """Each step has a fixed time: after a late step the next follows at once."""
        loop = asyncio.get_running_loop()
        start = loop.time() + self._step_s * index / max(1, len(self._walks))
        while True:
            if not self.running.is_set():
                await self.running.wait()
                start = loop.time() - self._walks[symbol].number * self._step_s
            await asyncio.sleep(max(0.0, start + self._walks[symbol].number * self._step_s - loop.time()))
            if self.running.is_set():
                self._apply(symbol, self._walks[symbol].step())

    def _apply(self, symbol: str, step: WalkStep) -> None:
        self._quote(symbol, step.quote)
        for buys, price, qty in step.takers:
            self._exchange.apply_external_take(symbol, buys, price, qty)

    def _quote(self, symbol: str, quote: ExternalQuote) -> None:
        self._feed.quoted_at[symbol] = asyncio.get_running_loop().time()
        self._exchange.show_quote(symbol, quote)

    async def _replay(self, speed: float) -> None:
        await Replay(self._captures, self._feed, self.running, speed).run()
        self.replay_done = True
        for capture in self._captures:
            if capture.damaged:
                where = capture.first_damage
                log.warning("%s: %d damaged lines passed over, first %s", capture.path, capture.damaged, where)

    def set_price(self, symbol: str, price: Decimal, size: Decimal | None) -> ExternalQuote:
        """Set the bid to `price` and the ask to one tick above; a walk continues from there."""
        market = self._exchange.markets[symbol]
        tick = market.rules.tick or ATOM
        bid = max(floor_to(price, tick), tick)
        old = market.quote
        usual = (old.bid_qty, old.ask_qty, old.update_id) if old else (ONE, ONE, 1)
        quote = ExternalQuote(bid, size or usual[0], bid + tick, size or usual[1], usual[2] + 1)
        if symbol in self._walks:
            self._walks[symbol].move_to(bid)
        self._quote(symbol, quote)
        return quote

    def state(self) -> dict[str, Any]:
        return {
            "running": self.running.is_set(),
            "steps": {symbol: walk.number for symbol, walk in self._walks.items()},
            "replay": [
                {"file": each.path.name, "frames": each.frames, "damaged": each.damaged} for each in self._captures
            ],
            "replay_done": self.replay_done,
        }
