"""The user stream against the exchange simulator."""

import time
from collections.abc import Iterator
from decimal import Decimal as D

import pytest

from binance_sim.process import SimulatorProcess, start_simulator
from messages.account import (
    OrderReported,
    StreamLost,
    StreamProven,
)
from messages.lifecycle import Credentials
from tests.actors.user_stream.bench import Bench
from tests.binance_sim.support import Client


@pytest.fixture(scope="module")
def paper() -> Iterator[SimulatorProcess]:
    args = ["--paused", "--symbol", "BTCUSDT", "--order-limit", "0", "--weight-limit", "0"]
    with start_simulator(args) as process:
        yield process


def test_the_simulator_confirms_it_and_reports_a_buy(paper):
    client = Client(paper)
    bench = Bench(paper.ws_api_url, Credentials("hmac", paper.api_key, paper.api_secret, None))
    bench.desk._clock._wall_at_zero += _behind_ns(bench)  # the exchange checks the timestamp
    bench.unlock()
    bench.watch()
    bench.until(StreamProven)
    client.control("price", symbol="BTCUSDT", price="60000", size="1")
    bought = client.control("buy", symbol="BTCUSDT", quote="120")
    fills = []
    while sum(fill.quantity for fill in fills) < D(bought["executedQty"]):
        seen = bench.until(OrderReported)
        fills += [seen.fill] if seen.fill else []
    assert {fill.order_id for fill in fills} == {bought["orderId"]}
    client.control("drop/user")
    bench.until(StreamLost)
    bench.again()
    bench.until(StreamProven)
    bench.desk.actor.on_exit()


def _behind_ns(bench: Bench) -> int:
    return time.time_ns() - bench.desk.actor.wall_ns()
