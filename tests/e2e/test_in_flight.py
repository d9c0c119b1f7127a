"""A SELL is on its way when everybody who knows of it is killed, and arrives when its successors are at work."""

import os
import signal
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.stage import Stage, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.long]
LATE_S = 4.5  # within the request's own window
SELL = {"method": "order.place", "side": "SELL"}


def test_nothing_is_sold_twice_when_it_arrives_after_another_would_have_been_filled(tmp_path: Path) -> None:
    spare = ["--balance", "BTC=1", "--balance", "USDT=100000"]  # else the exchange would refuse what is sold twice
    with Stage(tmp_path, ["--symbol", "BTCUSDT", *spare], profit="5") as stage:
        stage.run()
        (ledger,) = stage.processes("Ledger")
        ledger.send_signal(signal.SIGSTOP)  # nothing of what follows is written down
        stage.control("faults", name="accept-late", seconds=LATE_S, where=SELL)
        bought = stage.buy("BTCUSDT")
        eventually("the SELL in flight", lambda: b"lk1-" in stage.in_flight.read_bytes())
        for title in ("Gateway", "PairKeeper", "Ledger"):
            _killed(stage, title)
        end = time.monotonic() + LATE_S + 1
        while time.monotonic() < end:
            _rises(stage)  # whatever stands on the book is filled
            time.sleep(0.2)
        eventually("its SELL", lambda: not stage.unprotected(), 60.0)
        _rises(stage)
        eventually("sold", lambda: _sold(stage, bought) > 0)
        stage.ready()
        (buy,) = stage.control("summary")["symbols"]["BTCUSDT"]["buys"]
        assert _sold(stage, bought) <= Decimal(buy["receivedNet"])


def _killed(stage: Stage, title: str) -> None:
    for process in stage.processes(title):
        os.kill(process.pid, signal.SIGKILL)


def _rises(stage: Stage) -> None:
    """High enough for every SELL to be filled, and back again."""
    bid = Decimal(stage.control("summary")["symbols"]["BTCUSDT"]["bid"])
    stage.control("price", symbol="BTCUSDT", price=f"{bid * Decimal('1.2'):.2f}")
    stage.control("price", symbol="BTCUSDT", price=f"{bid:.2f}")


def _sold(stage: Stage, buy_order_id: int) -> Decimal:
    sells: dict[str, Any] = stage.sells_of("BTCUSDT", buy_order_id) or {}
    return Decimal(sells.get("sold", 0)) + Decimal(sells.get("offered", 0))
