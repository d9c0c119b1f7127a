"""The market's stream against a real websocket: of all that comes, the newest price that can be true goes on."""

from collections.abc import Iterator
from decimal import Decimal as D
from typing import Any

import pytest

from actors.market_stream import MarketStream
from lotkeeper.engine.testing import Desk, Probe
from lotkeeper.paper.process import PaperProcess, start_paper
from messages.health import StreamReported
from messages.lifecycle import Neighbours, NeighboursChanged, StartMarketStream
from messages.prices import Price, PriceSeen
from tests.actors.socket_server import SocketServer, granted, opened, turn
from tests.lotkeeper.paper.support import Client

SYMBOL = "BTCUSDT"


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
    def __init__(self, url: str) -> None:
        self.desk = Desk(MarketStream)
        self.prices, self.monitor = self.desk.probe("prices"), self.desk.probe("monitor")
        self.gateway = self.desk.probe("gateway")
        self.desk.tell(StartMarketStream(SYMBOL, url, 60.0, 82_800.0, self.neighbours()))
        opened(self.desk)

    def neighbours(self, prices: Probe | None = None) -> Neighbours:
        return Neighbours(
            prices=(prices or self.prices).address, monitor=self.monitor.address, gateway=self.gateway.address
        )

    def again(self, seconds: float = 0.01) -> None:
        """The Gateway gives leave, the back-off passes, and the next connection is opened."""
        granted(self.desk, self.gateway)
        self.desk.advance(seconds)
        opened(self.desk)

    def take(self, server: SocketServer, *frames: object) -> None:
        """The frames come in, and the actor takes them all."""
        wanted = self.desk.actor._frames + len(frames)
        server.send(*frames)
        turn(self.desk, lambda: self.desk.actor._frames >= wanted)

    def price(self) -> Price:
        """What the broadcaster is told within the time of a flush."""
        self.desk.advance(0.05)
        return self.prices.pop(PriceSeen).price

    def state(self) -> StreamReported:
        return [each for each in self.monitor.received if isinstance(each, StreamReported)][-1]


@pytest.fixture
def server() -> Iterator[SocketServer]:
    with SocketServer() as running:
        yield running


@pytest.fixture
def bench(server: SocketServer) -> Iterator[Bench]:
    bench = Bench(server.url)
    server.connected()
    yield bench
    bench.desk.actor.on_exit()


def test_it_connects_to_the_three_streams_of_its_pair(bench, server):
    assert server.paths[0] == "/stream?streams=btcusdt@trade/btcusdt@bookTicker/btcusdt@miniTicker"


def test_the_first_price_proves_it_not_the_open_socket(bench, server):
    bench.desk.advance(2)
    assert not bench.state().is_proven
    bench.take(server, top("60000", "60001", 1))
    assert bench.state().is_proven
    assert bench.price() == Price(SYMBOL, D(60000), D(60001), D(60000), bench.desk.actor._at_ms)


def test_the_last_trade_is_the_last_price(bench, server):
    bench.take(server, mini("59990"), top("60000", "60001", 1))
    assert bench.price().last == D(59990)
    bench.take(server, trade("60000.5", 8), trade("59000", 7))
    assert bench.price().last == D("60000.5")


@pytest.mark.parametrize(
    "frame",
    [
        top("60002", "60001", 2),
        top("0", "60001", 2),
        top("60000", "0", 2),
        top("60000", "60001", 1),
        top("1", "2", 2, "ETHUSDT"),
        trade("0", 9),
        b"{not json",
        {"stream": "btcusdt@bookTicker", "data": {"u": 2, "s": SYMBOL, "b": "NaN", "B": "1", "a": "1", "A": "1"}},
        {"result": None, "id": 1},
    ],
    ids=["crossed", "no bid", "no ask", "old", "another pair", "no price", "no JSON", "no number", "a reply"],
)
def test_what_cannot_be_true_or_is_old_is_ignored_and_counted(bench, server, frame):
    bench.take(server, top("60000", "60001", 1))
    first = bench.price()
    bench.take(server, frame)
    bench.desk.advance(1.0)
    bench.prices.nothing()
    assert bench.state().ignored == 1
    assert (bench.desk.actor._bid, bench.desk.actor._ask) == (first.bid, first.ask)


def test_a_storm_of_ticks_leaves_as_twenty_prices_a_second(bench, server):
    for second in range(20):
        ticks = (second * 50 + n for n in range(50))
        bench.take(server, *(top(str(60000 + n), str(60001 + n), n + 1) for n in ticks))
        bench.desk.advance(0.05)
    seen = [each.price.bid for each in bench.prices.received]
    assert len(seen) == 20
    assert seen == sorted(seen)
    assert seen[-1] == D(60000 + 999)


def test_a_price_that_stays_is_said_once(bench, server):
    bench.take(server, top("60000", "60001", 1))
    bench.price()
    bench.take(server, top("60000", "60001", 2), top("60000", "60001", 3))
    bench.desk.advance(1.0)
    bench.prices.nothing()


def test_a_new_broadcaster_is_told_without_a_new_tick(bench, server):
    bench.take(server, top("60000", "60001", 1))
    bench.price()
    newer = bench.desk.probe("the next broadcaster")
    bench.desk.tell(NeighboursChanged(Neighbours(monitor=bench.monitor.address)))
    bench.desk.tell(NeighboursChanged(bench.neighbours(newer)))
    bench.desk.advance(0.05)
    assert newer.pop(PriceSeen).price.bid == D(60000)
    bench.prices.nothing()


def test_ids_may_begin_anew_on_a_new_connection(bench, server):
    bench.take(server, top("60000", "60001", 1_000))
    bench.price()
    server.cut()
    turn(bench.desk, lambda: not bench.state().is_proven)
    bench.again()
    server.connected(2)
    bench.take(server, top("61000", "61001", 5))
    assert bench.state().is_proven
    assert bench.price().bid == D(61000)


def test_silence_is_death(bench, server):
    bench.take(server, top("60000", "60001", 1))
    granted(bench.desk, bench.gateway)
    bench.desk.advance(61.5)
    opened(bench.desk)
    assert not bench.state().is_proven
    server.connected(2)


def test_a_server_that_goes_is_replaced_without_a_gap(bench, server):
    granted(bench.desk, bench.gateway)
    bench.take(server, top("60000", "60001", 1))
    bench.price()
    bench.take(server, {"stream": "!serverShutdown", "data": {"e": "serverShutdown", "E": 1}})
    opened(bench.desk)
    server.connected(2)
    server.send(top("60001", "60002", 2), to=0)
    turn(bench.desk, lambda: bench.desk.actor._bid == D(60001))
    server.send(top("60001", "60002", 2), top("60002", "60003", 3), to=1)
    turn(bench.desk, lambda: bench.desk.actor._bid == D(60002))
    server.ended(0)
    assert (bench.state().is_proven, bench.state().renewals, bench.state().reconnects) == (True, 1, 0)
    assert bench.price().bid == D(60002)


def test_a_server_that_is_not_there_is_said():
    with SocketServer() as gone:
        url = gone.url
    bench = Bench(url)
    assert "no websocket to 127.0.0.1" in bench.state().reason
    assert bench.desk.watched == []


# Against the embedded exchange


@pytest.fixture(scope="module")
def paper() -> Iterator[PaperProcess]:
    with start_paper(["--paused", "--symbol", SYMBOL]) as process:
        yield process


def test_the_embedded_exchange_moves_the_price(paper):
    client = Client(paper)
    bench = Bench(paper.stream_url)
    for price in ("60000", "61000"):
        quote = client.control("price", symbol=SYMBOL, price=price, size="1")
        turn(bench.desk, lambda quote=quote: bench.desk.actor._bid == D(quote["bid"]))
        assert bench.price().ask == D(quote["ask"])
    assert client.control("drop/market")["dropped"] == 1
    turn(bench.desk, lambda: not bench.state().is_proven)
    bench.again()
    client.control("price", symbol=SYMBOL, price="62000", size="1")
    turn(bench.desk, lambda: bench.state().is_proven)
    bench.desk.actor.on_exit()
