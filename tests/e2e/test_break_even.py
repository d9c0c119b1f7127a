"""Break-even in the whole service: the price rises, the LIMIT becomes an order list, and a fall sells at the cost."""

import os
import signal
from collections.abc import Callable
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest

pytestmark = pytest.mark.e2e

SYMBOL = "BTCUSDT"
EXIT = {"net_profit_pct": 5, "break_even": {"after_gain_pct": 1, "limit_below_pct": "0.5"}}


def lot(system: SystemUnderTest) -> dict[str, Any]:
    """Its lot, once it is recorded."""
    found: dict[str, Any] = wait_for("the lot", lambda: system.positions("--all"))[0]
    return found


def market_at(system: SystemUnderTest, price: D, what: str, until: Callable[[], Any]) -> Any:
    """The bid stays at this price, and others trade there, until something has happened."""

    def look() -> Any:
        system.control("price", symbol=SYMBOL, price=f"{price:.2f}", size="5")
        system.control("trade", symbol=SYMBOL, price=f"{price:.2f}", qty="0.001", buyerIsMaker=True)
        return until()

    return wait_for(what, look)


def kill(system: SystemUnderTest, title: str) -> None:
    process = system.process(title)
    os.kill(process.pid, signal.SIGKILL)


def test_the_lot_is_sold_at_its_cost_after_a_gain_though_broadcaster_and_keeper_die(tmp_path: Path) -> None:
    arguments = ["--symbol", SYMBOL, "--paused"]
    with SystemUnderTest(tmp_path, arguments, pairs=(SYMBOL,), exits={SYMBOL: EXIT}) as system:
        system.control("price", symbol=SYMBOL, price="60000")
        system.run_unproven()
        system.buy(SYMBOL)
        level = D(wait_for("the LIMIT", lambda: lot(system)["nearest_trigger"] and lot(system)["arms_at"]))
        assert level > 60600
        kill(system, "PriceBroadcaster")
        stop = D(market_at(system, level, "the stop", lambda: lot(system)["nearest_stop"]))
        assert 60000 < stop < level
        assert lot(system)["arms_at"] is None
        kill(system, "PairKeeper")
        wait_for("the next keeper", lambda: len(system.processes("PairKeeper")) == 1)
        assert D(lot(system)["nearest_stop"]) == stop
        market_at(system, stop - D("0.01"), "the sale", lambda: lot(system)["state"] == "CLOSED")
        cost, profit = D(lot(system)["cost"]), D(lot(system)["realised_profit"])
        assert -cost / 100 < profit < cost / 1000
