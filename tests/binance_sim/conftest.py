from collections.abc import Iterator

import pytest

from binance_sim.process import SimulatorProcess, start_simulator
from tests.binance_sim.support import Bench, Client


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture(scope="module")
def simulator() -> Iterator[SimulatorProcess]:
    """A process whose prices stand still until a test moves them."""
    args = ["--paused", "--order-limit", "0", "--weight-limit", "0", "--balance", "USDT=100000000"]
    for symbol in ("BTCUSDT", "ETHUSDT", "ETHBTC", "BNBUSDT"):
        args += ["--symbol", symbol]
    with start_simulator(args) as process:
        yield process


@pytest.fixture
def client(simulator: SimulatorProcess) -> Client:
    """A client of the process, with BTCUSDT at 60000 and no open orders."""
    client = Client(simulator)
    client.control("price", symbol="BTCUSDT", price="60000", size="1")
    client.signed("DELETE", "openOrders", symbol="BTCUSDT")
    return client
