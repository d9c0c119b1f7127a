"""Libraries for the real exchange, against the simulator: prices stand still unless a test moves them."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from binance_sim.process import SimulatorProcess, start_simulator
from tests.binance_sim.support import Client

WAIT_S = 90  # on a very busy machine


@dataclass
class Live:
    """The process, a plain client to check its state, and the file of an Ed25519 key."""

    simulator: SimulatorProcess
    client: Client
    key: Path

    def price(self, price, size="1"):
        self.client.control("price", symbol="BTCUSDT", price=price, size=size)

    def state(self, order_id):
        """The order as a plain query shows it."""
        return self.client.signed("GET", "order", symbol="BTCUSDT", orderId=order_id).json()

    def last_trade(self):
        return self.client.signed("GET", "myTrades", symbol="BTCUSDT", limit=1).json()[0]

    def balance(self, asset):
        rows = self.client.signed("GET", "account").json()["balances"]
        return next((row["free"], row["locked"]) for row in rows if row["asset"] == asset)


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    key = tmp_path_factory.mktemp("keys") / "ed25519.pem"
    args = ["--symbol", "BTCUSDT", "--paused", "--balance", "USDT=1000000", "--balance", "BTC=10"]
    args += ["--ed25519-key", str(key), "--weight-limit", "0", "--order-limit", "0", "--message-limit", "0"]
    with start_simulator(args) as process:
        yield Live(process, Client(process), key)


@pytest.fixture
def live(running, monkeypatch):
    """BTCUSDT at 60000.00 / 60000.01, one BTC on each side, and no open order."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    running.price("60000")
    running.client.signed("DELETE", "openOrders", symbol="BTCUSDT")
    return running


async def soon(awaitable):
    """Wait with a time limit."""
    return await asyncio.wait_for(awaitable, WAIT_S)
