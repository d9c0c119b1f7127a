"""A SELL is in flight when every actor that knows it is killed, and arrives when their successors work."""

import os
import signal
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest

pytestmark = [pytest.mark.e2e, pytest.mark.long]
LATE_S = 4.5  # within the request's own window
SELL = {"method": "order.place", "side": "SELL"}


@pytest.mark.takes(20)
def test_nothing_is_sold_twice_when_it_arrives_after_another_would_have_been_filled(tmp_path: Path) -> None:
    spare = ["--balance", "BTC=1", "--balance", "USDT=100000"]  # without these the exchange would refuse a second sale
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT", *spare], profit_pct="5") as system:
        system.run()
        ledger = system.process("Ledger")
        os.kill(ledger.pid, signal.SIGSTOP)  # nothing that follows is recorded
        system.control("faults", name="accept-late", seconds=LATE_S, where=SELL)
        bought = system.buy("BTCUSDT")
        wait_for("the SELL in flight", lambda: b"lk1-" in system.in_flight.read_bytes())
        for title in ("Gateway", "PairKeeper", "Ledger"):
            _kill(system, title)
        end = time.monotonic() + LATE_S + 1
        while time.monotonic() < end:
            _raise_price(system)  # fills every SELL on the book
            time.sleep(0.2)
        wait_for("its SELL", lambda: not system.unprotected(), 60.0)
        _raise_price(system)
        wait_for("sold", lambda: _sold_quantity(system, bought) > 0)
        system.wait_until_well()
        (buy,) = system.control("summary")["symbols"]["BTCUSDT"]["buys"]
        assert _sold_quantity(system, bought) <= Decimal(buy["receivedNet"])


def _kill(system: SystemUnderTest, title: str) -> None:
    for process in system.processes(title):
        os.kill(process.pid, signal.SIGKILL)


def _raise_price(system: SystemUnderTest) -> None:
    """High enough for every SELL to be filled, and back again."""
    bid = Decimal(system.control("summary")["symbols"]["BTCUSDT"]["bid"])
    system.control("price", symbol="BTCUSDT", price=f"{bid * Decimal('1.2'):.2f}")
    system.control("price", symbol="BTCUSDT", price=f"{bid:.2f}")


def _sold_quantity(system: SystemUnderTest, buy_order_id: int) -> Decimal:
    sells: dict[str, Any] = system.sells_of("BTCUSDT", buy_order_id) or {}
    return Decimal(sells.get("sold", 0)) + Decimal(sells.get("offered", 0))
