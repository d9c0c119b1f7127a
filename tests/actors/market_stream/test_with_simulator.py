"""The market's stream against the exchange simulator."""

import time
from collections.abc import Iterator
from decimal import Decimal as D

import pytest

from binance_sim.process import SimulatorProcess, start_simulator
from messages.lifecycle import ServePairs
from tests.actors.market_stream.bench import OTHER, SYMBOL, Bench
from tests.actors.socket_server import turn
from tests.binance_sim.support import Client


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
