"""A stream of one pair or more, the actors around it, and frames as the exchange sends them."""

import selectors
from decimal import Decimal as D
from typing import Any

from actors.market_stream.actor import MarketStream
from actors.market_stream.pair_prices import PairPrices
from lotkeeper.engine.testkit import ActorBench, Probe
from messages.health import MarketStreamReported, PairStreamState, StreamReported
from messages.lifecycle import Peers, StartMarketStream
from messages.prices import (
    FeedState,
    PriceFeedsReported,
    PricesSeen,
    SeenPrice,
)
from tests.actors.socket_server import PATIENCE_S, SocketServer, granted, opened, turn

SYMBOL, OTHER = "BTCUSDT", "ETHUSDT"
NAME = "market stream 1"
OLD = "not newer than what is known"  # why a frame is refused


def top(bid: str, ask: str, update_id: int, symbol: str = SYMBOL) -> dict[str, Any]:
    return {
        "stream": f"{symbol.lower()}@bookTicker",
        "data": {"u": update_id, "s": symbol, "b": bid, "B": "1", "a": ask, "A": "1"},
    }


def trade(price: str, trade_id: int) -> dict[str, Any]:
    data = {"e": "trade", "E": 1, "s": SYMBOL, "t": trade_id, "p": price, "q": "1", "T": 1, "m": True}
    return {"stream": "btcusdt@trade", "data": data}


def mini(close: str) -> dict[str, Any]:
    data = {"e": "24hrMiniTicker", "E": 1, "s": SYMBOL, "c": close, "o": "1", "h": "1", "l": "1", "v": "1", "q": "1"}
    return {"stream": "btcusdt@miniTicker", "data": data}


class Bench:
    """A stream of one pair, unless more are named."""

    def __init__(self, url: str, *symbols: str) -> None:
        self.desk = ActorBench(MarketStream)
        self.prices, self.monitor = self.desk.probe("prices"), self.desk.probe("monitor")
        self.gateway = self.desk.probe("gateway")
        self.desk.tell(StartMarketStream(NAME, symbols or (SYMBOL,), url, 60.0, 82_800.0, self.peers()))
        opened(self.desk)

    def peers(self, prices: Probe | None = None) -> Peers:
        return Peers(prices=(prices or self.prices).address, monitor=self.monitor.address, gateway=self.gateway.address)

    def again(self, seconds: float = 0.01) -> None:
        """The Gateway gives leave, the back-off passes, and the next connection is opened."""
        granted(self.desk, self.gateway)
        self.desk.advance(seconds)
        opened(self.desk)

    def take(self, server: SocketServer, *frames: object) -> None:
        """The frames come in, and the actor takes them all."""
        wanted = self.desk.actor._status.frames + len(frames)
        server.send(*frames)
        turn(self.desk, lambda: self.desk.actor._status.frames >= wanted)

    def take_with_rests(self, server: SocketServer, *frames: object) -> None:
        """The same for frames so dense that the actor may rest between two reads of them: then the rest passes."""
        wanted = self.desk.actor._status.frames + len(frames)
        server.send(*frames)
        while self.desk.actor._status.frames < wanted:
            turn(self.desk, lambda: self.desk.actor._status.frames >= wanted or not self.desk.watched)
            if self.desk.actor._status.frames < wanted:
                self.desk.advance(0.05)

    def let_arrive(self, server: SocketServer, frame: object) -> None:
        """The frame comes, and the actor has not read it yet."""
        server.send(frame)
        (descriptor,) = self.desk.actor._connections.watched()
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            assert selector.select(PATIENCE_S)

    def price(self) -> SeenPrice:
        """What the broadcaster knows after the time of a flush."""
        self.desk.advance(0.05)
        price = self.seen()[-1]
        self.prices.received.clear()
        return price

    def seen(self) -> list[SeenPrice]:
        """Of all pairs."""
        return [price for each in self.prices.received if isinstance(each, PricesSeen) for price in each.prices]

    def feed(self, symbol: str = SYMBOL) -> FeedState:
        """What the stream says of a pair within a second."""
        self.desk.advance(1.0)
        (last,) = [each for each in self.prices.received if isinstance(each, PriceFeedsReported)][-1:]
        return next(each for each in last.feeds if each.symbol == symbol)

    def pair(self, symbol: str = SYMBOL) -> PairPrices:
        return self.desk.actor._reader.pairs[symbol]

    @property
    def bid(self) -> D | None:
        best = self.pair().belief.best
        return best.bid if best else None

    def refused(self) -> dict[tuple[str, str], int]:
        reader = self.desk.actor._reader
        tallies = [reader.tally, *(pair.tally for pair in reader.pairs.values())]
        return {(kind, reason): count for tally in tallies for kind, reason, count in tally.rows()}

    def accounted(self) -> bool:
        self.desk.advance(0.05)
        return self.desk.actor._reader.frames == self.desk.actor._status.frames

    def reported(self) -> MarketStreamReported:
        return [each for each in self.monitor.received if isinstance(each, MarketStreamReported)][-1]

    def state(self) -> StreamReported:
        return self.reported().stream

    def pair_state(self, symbol: str = SYMBOL) -> PairStreamState:
        return next(each for each in self.reported().pairs if each.symbol == symbol)
