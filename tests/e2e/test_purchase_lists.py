"""A BUY by command pays for its SELL, which the exchange places (OPO), whatever happens to the service meanwhile."""

import os
import signal
from collections.abc import Iterator
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import orjson
import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest
from tests.e2e.test_manual_orders import _capture, _lot, _orders

pytestmark = pytest.mark.e2e

PAIR, BELOW = "BTCUSDT", "--price-source"


@pytest.fixture
def system(tmp_path: Path) -> Iterator[SystemUnderTest]:
    with SystemUnderTest(tmp_path, ["--symbol", PAIR, "--depth", "100000"], profit_pct="5") as found:
        found.run()
        yield found


def _bid(system: SystemUnderTest) -> D:
    return D(_orders_plan(system)["ask"])


def _orders_plan(system: SystemUnderTest) -> dict[str, Any]:
    plan = system.command("buy", PAIR, "--quote", "60", "--dry-run", "--json")
    found: dict[str, Any] = orjson.loads(plan.stdout)
    return found


def _place(system: SystemUnderTest, price: D, quantity: str = "0.002") -> dict[str, Any]:
    words = ("buy", PAIR, "--at", str(price), "--quantity", quantity)
    plan = system.command(*words, "--dry-run")
    _capture("paid-plan", f"lotkeeper {' '.join(words)}", plan.stdout)
    assert "the exchange itself places its SELL" in plan.stdout
    placed = system.command(*words, "--yes", "--json")
    assert placed.returncode == 0, placed.stdout + placed.stderr
    found: dict[str, Any] = orjson.loads(placed.stdout)
    return found
