"""The market's stream against a real websocket: of all that comes, the newest price that can be true goes on."""

import selectors
import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal as D
from typing import Any

import pytest

from actors.market_stream.actor import MarketStream
from actors.market_stream.pair_prices import PairPrices
from binance_sim.process import SimulatorProcess, start_simulator
from lotkeeper.engine.testkit import ActorBench, Probe
from lotkeeper.trading.prices.best_prices import BestPrices
from messages.health import FrameCounts, FramesCounted, MarketStreamReported, PairStreamState, StreamReported
from messages.lifecycle import Peers, PeersChanged, ServePairs, StartMarketStream
from messages.prices import (
    FeedState,
    PriceChecked,
    PriceFeedsReported,
    PricesSeen,
    PricesWanted,
    RulesLearned,
    SeenPrice,
)
from tests.actors.socket_server import PATIENCE_S, SocketServer, granted, opened, turn
from tests.binance_sim.support import Client

SYMBOL, OTHER = "BTCUSDT", "ETHUSDT"
NAME = "market stream 1"


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


def test_it_connects_to_what_is_wanted_of_its_pair(bench, server):
    assert server.paths[0] == "/stream?streams=btcusdt@bookTicker/btcusdt@miniTicker"


def test_the_first_price_proves_it_not_the_open_socket(bench, server):
    bench.desk.advance(2)
    assert not bench.state().is_proven
    bench.take(server, top("60000", "60001", 1))
    assert bench.state().is_proven
    price = bench.price()
    assert (price.symbol, price.best, price.last) == (SYMBOL, BestPrices(D(60000), D(60001)), D(60000))
    assert not price.is_confirmed
    assert bench.desk.actor.wall_ms() - price.at_ms == 50


WANTED = ["btcusdt@bookTicker", "btcusdt@miniTicker"]


@pytest.mark.parametrize(("names", "is_proven"), [(WANTED, True), (WANTED[:1], False), ([], False)])
def test_a_quiet_pair_is_proven_by_its_list_of_subscriptions(bench, server, names, is_proven):
    assert server.text() == {"method": "LIST_SUBSCRIPTIONS", "id": 1}
    bench.take(server, {"result": names, "id": 1})
    assert bench.desk.actor._status.is_proven is is_proven


def test_the_last_trade_is_the_last_price(bench, server):
    bench.take(server, mini("59990"), top("60000", "60001", 1))
    assert bench.price().last == D(59990)
    bench.take(server, trade("60000.5", 8))
    assert bench.price().last == D("60000.5")
    bench.take(server, trade("59000", 7))  # by another connection
    bench.desk.advance(0.1)
    assert bench.seen() == []


FAR = "far from the last, held until it is confirmed"
OLD = "not newer than what is known"
REFUSED = {
    "crossed": (top("60002", "60001", 3), "bookTicker", "crossed"),
    "no bid": (top("0", "60001", 3), "bookTicker", "an empty side"),
    "no ask": (top("60000", "0", 3), "bookTicker", "an empty side"),
    "old": (top("60000", "60001", 1), "bookTicker", OLD),
    "far": (top("30000", "30001", 3), "bookTicker", FAR),
    "another pair": (top("1", "2", 3, "ETHUSDT"), "BookTop", "another pair"),
    "no price": (trade("0", 9), "trade", "not above zero"),
    "a far trade": (trade("30000", 9), "trade", FAR),
    "no JSON": (b"{not json", "not JSON", "not for us"),
    "HTML": (b"<html><body>502 Bad Gateway</body></html>", "not JSON", "not for us"),
    "half of a frame": (b'{"stream":"btcusdt@bookTicker","data":{"u":3,', "not JSON", "not for us"),
    "64 kB": (b'{"e":"' + b"x" * 65_536 + b'"}', "x" * 40, "not for us"),
    "an array": (b"[1,2,3]", "a JSON list", "not for us"),
    "a number": (b"17", "a JSON int", "not for us"),
    "an unknown event": ({"e": "blockTrade", "s": SYMBOL}, "blockTrade", "not for us"),
    "no number": (
        {"stream": "btcusdt@bookTicker", "data": {"u": 3, "s": SYMBOL, "b": "NaN", "B": "1", "a": "1", "A": "1"}},
        "bookTicker",
        "b should be a decimal number of sane size",
    ),
    "a reply": ({"result": {}, "id": 1}, "no event", "not for us"),
    "another pair in a frame of ours": (
        {"stream": "btcusdt@bookTicker", "data": {"u": 3, "s": OTHER, "b": "1", "B": "1", "a": "2", "A": "1"}},
        "BookTop",
        "another pair",
    ),
}


@pytest.mark.parametrize(("frame", "kind", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_believed_is_counted_by_kind_and_reason_and_said_once(
    bench, server, caplog, frame, kind, reason
):
    bench.take(server, top("60000", "60001", 1), top("60000", "60001", 2))
    bench.price()
    with caplog.at_level("WARNING"):
        for _ in range(2):
            bench.take(server, frame)
            bench.desk.advance(0.5)
    assert bench.seen() == []
    second = OLD if reason == FAR else reason  # the same frame again confirms nothing
    assert Counter(bench.refused()) == Counter([(kind, reason), (kind, second)])
    assert bench.state().ignored == 2
    assert bench.accounted()
    assert bench.bid == 60000
    assert len([each for each in caplog.records if "counted from now on" in each.message]) == len(bench.refused())


def test_the_counts_reach_the_monitor(bench, server):
    bench.take(server, top("60000", "60001", 1), b"{", trade("60000", 1), top("60000", "60001", 1))
    bench.desk.advance(5.0)
    counts = [each for each in bench.monitor.received if isinstance(each, FramesCounted)][-1]
    others = FrameCounts("", 0, 0, (("not JSON", "not for us", 1),))
    assert counts == FramesCounted(NAME, (others, FrameCounts(SYMBOL, 2, 0, (("bookTicker", OLD, 1),))))


def test_a_frame_with_fields_that_are_new_is_read(bench, server):
    frame = top("60000", "60001", 1)
    frame["data"]["zz"] = {"new": [1, None]}
    bench.take(server, frame)
    assert bench.price().best.bid == 60000


def test_one_wrong_frame_moves_nothing_and_a_second_one_is_believed(bench, server):
    bench.take(server, top("60000", "60001", 1), top("60000", "60001", 2), top("30000", "30001", 3))
    assert bench.price().best.bid == 60000
    bench.take(server, top("30010", "30011", 4))
    assert bench.price().best.bid == 30010


def test_a_price_that_is_held_for_long_is_said_and_rest_settles_it(bench, server):
    bench.take(server, top("60000", "60001", 1), top("60000", "60001", 2))
    assert bench.feed() == FeedState(SYMBOL, True, "", "")
    bench.take(server, top("30000", "30001", 3))
    bench.desk.advance(0.5)
    assert bench.feed().doubt == f"its newest price is {FAR}"
    bench.desk.tell(PriceChecked(SYMBOL, BestPrices(D(30001), D(30002)), bench.desk.now))
    assert bench.price().best.bid == 30000
    assert bench.feed().doubt == ""


def test_a_halted_pair_has_no_new_price(bench, server):
    bench.take(server, top("60000", "60001", 1), top("60000", "60001", 2))
    bench.price()
    bench.desk.tell(RulesLearned(SYMBOL, D("0.01"), False))
    bench.take(server, top("60002", "60003", 3))
    bench.desk.advance(0.1)
    assert bench.seen() == []
    assert bench.refused() == {("bookTicker", "the pair does not trade"): 1}
    bench.desk.tell(RulesLearned(SYMBOL, D("0.01"), True))
    assert bench.price().best.bid == 60002


def test_when_frames_come_thick_they_are_read_together_and_none_is_late(bench, server):
    for second in range(40):
        bench.take(server, *(top("60000", str(60001 + second), second * 5 + n) for n in range(1, 6)))
        assert bench.price().best.ask == 60001 + second
    assert bench.desk.watched
    bench.take(server, top("60000", "60001", 1_000))
    assert bench.desk.watched == []
    bench.desk.advance(0.05)
    assert bench.desk.watched


def test_while_nobody_needs_prices_soon_it_reads_with_its_heartbeat_alone(bench, server):
    bench.take(server, top("60000", "60001", 1), top("60000", "60001", 2))
    bench.desk.tell(PricesWanted((SYMBOL,), (), every_s=5.0))
    bench.desk.advance(1.0)
    bench.take(server, top("60000", "60001", 3))
    for number in range(4, 7):
        bench.let_arrive(server, top("60000", str(60000 + number), number))
        assert bench.desk.watched == []
        bench.desk.advance(2.0)
        assert bench.pair().belief.best.ask == 60000 + number


def test_frames_that_would_fill_its_buffers_are_read_four_times_a_second(bench, server):
    for step in range(40):
        bench.take_with_rests(server, *(top("60000", str(60001 + step), step * 100 + n) for n in range(1, 101)))
        bench.desk.advance(0.05)
    bench.desk.tell(PricesWanted((SYMBOL,), (), every_s=5.0))
    bench.take(server, top("60000", "60001", 9_000))
    assert bench.desk.watched == []
    bench.desk.advance(0.25)
    assert bench.desk.watched


def test_somebody_who_needs_prices_soon_ends_the_rest(bench, server):
    bench.take(server, top("60000", "60001", 1), top("60000", "60001", 2))
    bench.desk.tell(PricesWanted((SYMBOL,), (), every_s=5.0))
    bench.take(server, top("60000", "60001", 3))
    assert bench.desk.watched == []
    bench.desk.tell(PricesWanted((SYMBOL,), (), every_s=0.25))
    assert bench.desk.watched


def test_states_that_stay_are_reported_rarely_while_nobody_watches_and_a_new_monitor_is_told_soon(bench, server):
    bench.take(server, top("60000", "60001", 1), top("60000", "60001", 2))
    bench.desk.tell(PricesWanted((SYMBOL,), (), every_s=5.0))
    bench.desk.advance(5.0)
    bench.monitor.received.clear()
    bench.desk.advance(8.0)
    assert sum(isinstance(each, MarketStreamReported) for each in bench.monitor.received) == 2
    another = bench.desk.probe("another monitor")
    bench.desk.tell(PeersChanged(Peers(prices=bench.prices.address, monitor=another.address)))
    bench.desk.advance(2.0)
    assert another.pop(MarketStreamReported)
    bench.desk.tell(PricesWanted((SYMBOL,), (), every_s=0.25))
    bench.desk.advance(2.0)
    another.received.clear()
    bench.desk.advance(3.0)
    assert sum(isinstance(each, MarketStreamReported) for each in another.received) == 3


def test_a_burst_of_1400_frames_is_one_price_and_all_are_counted(bench, server):
    bench.take(server, top("60000", "60001", 1))
    bench.price()
    bench.take(server, *(top(str(60000 + n % 7), str(60001 + n % 7), n) for n in range(2, 1_402)))
    bench.desk.advance(0.05)
    assert 1 <= len(bench.seen()) <= 2
    assert bench.seen()[-1].best.bid == 60000 + 1401 % 7
    assert bench.accounted()


def test_a_storm_of_ticks_leaves_as_twenty_prices_a_second(bench, server):
    for second in range(20):
        ticks = (second * 50 + n for n in range(50))
        bench.take(server, *(top(str(60000 + n), str(60001 + n), n + 1) for n in ticks))
        bench.desk.advance(0.05)
    seen = [each.best.bid for each in bench.seen()]
    assert 20 <= len(seen) <= 21
    assert seen == sorted(seen)
    assert seen[-1] == D(60000 + 999)
    assert bench.pair().tally.superseded > 900
    assert bench.accounted()


def test_a_price_that_stays_is_said_once(bench, server):
    bench.take(server, top("60000", "60001", 1))
    bench.price()
    bench.take(server, top("60000", "60001", 2), top("60000", "60001", 3))
    assert bench.price().is_confirmed
    bench.take(server, top("60000", "60001", 4), top("60000", "60001", 5))
    bench.desk.advance(0.1)
    assert bench.seen() == []


def test_each_second_a_price_that_stays_is_said_again_for_its_age(bench, server):
    bench.take(server, top("60000", "60001", 1), top("60000", "60001", 2))
    bench.price()
    for number in range(3, 8):
        bench.take(server, top("60000", "60001", number))
        bench.desk.advance(1.0)
    ages = [each.at_ms for each in bench.seen()]
    assert len(ages) == 5
    assert ages == sorted(set(ages))
    bench.desk.advance(10.0)
    assert len(bench.seen()) == 5, "without a frame it only grows older"


def test_a_new_broadcaster_gets_the_price_without_a_new_tick(bench, server):
    bench.take(server, top("60000", "60001", 1))
    bench.price()
    newer = bench.desk.probe("the next broadcaster")
    bench.desk.tell(PeersChanged(Peers(monitor=bench.monitor.address)))
    bench.desk.tell(PeersChanged(bench.peers(newer)))
    bench.desk.advance(0.05)
    assert newer.pop(PriceFeedsReported).feeds[0].is_proven
    assert newer.pop(PricesSeen).prices[0].best.bid == D(60000)
    assert bench.seen() == []


def test_ids_may_begin_anew_on_a_new_connection(bench, server):
    bench.take(server, top("60000", "60001", 1_000))
    bench.price()
    server.cut()
    turn(bench.desk, lambda: not bench.state().is_proven)
    bench.again()
    server.connected(2)
    bench.take(server, top("61000", "61001", 5))
    assert bench.state().is_proven
    assert bench.price().best.bid == D(61000)


def test_a_stream_that_is_lost_says_so_at_once(bench, server):
    bench.take(server, top("60000", "60001", 1))
    bench.prices.received.clear()
    server.cut()
    turn(bench.desk, lambda: not bench.state().is_proven)
    (state,) = bench.prices.pop(PriceFeedsReported).feeds
    assert not state.is_proven
    assert state.reason


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
    turn(bench.desk, lambda: bench.bid == D(60001))
    server.send(top("60001", "60002", 2), top("60002", "60003", 3), to=1)
    turn(bench.desk, lambda: bench.bid == D(60002))
    server.ended(0)
    assert (bench.state().is_proven, bench.state().renewals, bench.state().reconnects) == (True, 1, 0)
    assert bench.price().best.bid == D(60002)


def test_a_new_connection_that_brings_copies_only_is_verified_by_them(bench, server):
    granted(bench.desk, bench.gateway)
    bench.take(server, top("60000", "60001", 1))
    bench.take(server, {"stream": "!serverShutdown", "data": {"e": "serverShutdown", "E": 1}})
    opened(bench.desk)
    server.connected(2)
    server.send(top("60000", "60001", 1), to=1)
    turn(bench.desk, lambda: bench.refused() == {("bookTicker", OLD): 1})
    server.ended(0)
    assert (bench.state().is_proven, bench.state().renewals) == (True, 1)
    assert bench.accounted()


def test_a_server_that_is_not_there_is_said():
    with SocketServer() as gone:
        url = gone.url
    bench = Bench(url)
    assert "no websocket to 127.0.0.1" in bench.state().reason
    assert bench.desk.watched == []


# Against the embedded exchange


@pytest.fixture(scope="module")
def paper() -> Iterator[SimulatorProcess]:
    with start_simulator(["--paused", "--symbol", SYMBOL]) as process:
        yield process


def test_the_embedded_exchange_moves_the_price(paper):
    client = Client(paper)
    bench = Bench(paper.stream_url)
    for price in ("60000", "61000"):
        quote = client.control("price", symbol=SYMBOL, price=price, size="1")
        turn(bench.desk, lambda quote=quote: bench.bid == D(quote["bid"]))
        assert bench.price().best.ask == D(quote["ask"])
    assert client.control("drop/market")["dropped"] == 1
    turn(bench.desk, lambda: not bench.state().is_proven)
    bench.again()
    client.control("price", symbol=SYMBOL, price="62000", size="1")
    turn(bench.desk, lambda: bench.state().is_proven)
    bench.desk.actor.on_exit()


@pytest.fixture(scope="module")
def both_pairs() -> Iterator[SimulatorProcess]:
    with start_simulator(["--symbol", SYMBOL, "--symbol", OTHER]) as process:
        yield process


def test_pairs_come_and_go_by_the_same_connection(both_pairs):
    bench = Bench(both_pairs.stream_url)
    actor = bench.desk.actor
    turn(bench.desk, lambda: actor._status.is_proven)
    connections = list(actor._connections)
    bench.desk.tell(ServePairs((OTHER,)))
    assert [each.symbol for each in bench.prices.received[-1].feeds] == [OTHER]

    advanced_s = time.monotonic()

    def delivers() -> bool:
        """The exchange closes a connection with more than five requests a second, by its own clock."""
        nonlocal advanced_s
        before_s, advanced_s = advanced_s, time.monotonic()
        bench.desk.advance(advanced_s - before_s)  # a request for streams may wait for the answer to the one before
        return bool(actor._reader.pairs[OTHER].is_delivering)

    turn(bench.desk, delivers)
    assert list(actor._connections) == connections
    actor.on_exit()


def test_the_same_pairs_again_change_nothing(bench):
    bench.prices.received.clear()
    bench.desk.tell(ServePairs((SYMBOL,)))
    bench.prices.nothing(PriceFeedsReported)
