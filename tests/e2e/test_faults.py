"""Faults of connections during trading: every BUY gets its SELL, nothing is sold twice, and all is proven again.

The times are short by configuration: pings every second, silent after four seconds.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest

pytestmark = pytest.mark.e2e
PAIRS = ("BTCUSDT", "ETHUSDT")
SILENT_AFTER_S = 4
STREAMS = f"streams:\n  silent_after_s: {SILENT_AFTER_S}\n  renew_after_s: 30\n"


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SystemUnderTest]:
    arguments = [each for symbol in PAIRS for each in ("--symbol", symbol)]
    arguments += ["--ping-every", "1", "--life", "40"]
    with SystemUnderTest(tmp_path_factory.mktemp("faults"), arguments, profit_pct="50", more_config=STREAMS) as running:
        running.run()
        yield running


def fault(name: str, **fields: Any) -> Callable[[SystemUnderTest], None]:
    def inject(system: SystemUnderTest) -> None:
        system.control("faults", name=name, **fields)

    return inject


def on_all_sockets(name: str, **fields: Any) -> Callable[[SystemUnderTest], None]:
    """The fault on the sockets of the user stream and of the market streams."""

    def inject(system: SystemUnderTest) -> None:
        for socket in ("user", "market"):
            system.control("faults", name=name, socket=socket, **fields)

    return inject


def refuse_connections(system: SystemUnderTest) -> None:
    system.control("faults", name="refuse-connection", times=0, for_s=5.0)
    on_all_sockets("cut")(system)


def half_open(system: SystemUnderTest) -> None:
    """The exchange keeps its connections open and answers nothing."""
    os.kill(system.exchange.pid, signal.SIGSTOP)
    time.sleep(SILENT_AFTER_S + 2)
    os.kill(system.exchange.pid, signal.SIGCONT)


FAULTS = {
    "drop": on_all_sockets("cut", how="drop"),
    "abort": on_all_sockets("cut", how="abort"),
    "close": on_all_sockets("cut", how="close", code=1008),
    "mute": on_all_sockets("mute", seconds=60.0),
    "refused": refuse_connections,
    "half-open": half_open,
    "server-shutdown": fault("server-shutdown", seconds=2.0),
    "429": fault("too-many-requests", seconds=3.0),
    "418": fault("ban", seconds=4.0),
    "garbage": on_all_sockets("garbage", frames=200),
}


LONG = ("refused", "half-open", "429", "418", "garbage")


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.long) if n in LONG else n for n in FAULTS])
def test_every_buy_gets_its_sell(system: SystemUnderTest, name: str) -> None:
    bought = {symbol: [system.buy(symbol)] for symbol in PAIRS}
    FAULTS[name](system)
    for _ in range(3):
        for symbol in PAIRS:
            bought[symbol].append(system.buy(symbol))
        time.sleep(0.3)
    wait_for("a SELL for each BUY", lambda: not system.unprotected(), 90)
    system.wait_until_well()
    for symbol in PAIRS:
        bought[symbol].append(system.buy(symbol))
    wait_for("a SELL for the BUYs after it", lambda: not system.unprotected())
    for symbol, orders in bought.items():
        assert all(system.sells_of(symbol, order) for order in orders)


@pytest.mark.long
def test_the_daily_disconnect_loses_nothing(system: SystemUnderTest) -> None:
    """Connections end after 40 seconds here and are renewed before; the user stream is never lost."""
    system.wait_until_well()
    before = system.status()
    assert before is not None
    deadline = time.monotonic() + 45
    while time.monotonic() < deadline:
        system.buy(PAIRS[0], "20")
        now = system.status()
        assert now is not None
        assert now["user_stream"]["proven"], now["user_stream"]
        time.sleep(1.0)
    assert now["user_stream"]["renewals"] > before["user_stream"]["renewals"]
    assert now["user_stream"]["reconnects"] == before["user_stream"]["reconnects"]
    wait_for("a SELL for each BUY", lambda: not system.unprotected())
