"""A BUY by command pays for its SELL, which the exchange places (OPO), whatever happens to the service meanwhile."""

from collections.abc import Iterator
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import orjson
import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.binance_sim.support import Client
from tests.e2e.environment import SystemUnderTest
from tests.e2e.test_manual_orders import _capture, _lot, _orders

pytestmark = pytest.mark.e2e

PAIR, QUANTITY = "BTCUSDT", "0.002"


@pytest.fixture
def system(tmp_path: Path) -> Iterator[SystemUnderTest]:
    """Prices move by command alone."""
    with SystemUnderTest(tmp_path, ["--symbol", PAIR, "--depth", "100000"], profit_pct="5") as found:
        found.run()
        found.control("source/stop")
        found.control("price", symbol=PAIR, price="60000")
        yield found


def test_the_sell_stands_though_the_service_was_killed_and_its_database_is_lost(system: SystemUnderTest) -> None:
    exchange = Client(system.exchange)
    placed = _place(system, "58000")
    lot, sell = placed["lot"], f"{placed['client_order_id']}-s"
    wait_for("it is listed", lambda: [each["state"] for each in _orders(system)] == ["NEW"])
    _capture("paid-orders", "lotkeeper orders", system.command("orders").stdout)
    system.service.kill()
    system.control("price", symbol=PAIR, price="57990")
    (standing,) = _open(exchange)
    assert (standing["clientOrderId"], standing["side"], standing["price"]) == (
        sell,
        "SELL",
        f"{D(placed['sell_price']):.8f}",
    )
    system.control("price", symbol=PAIR, price="58500")

    system.run_unproven()
    wait_for("the lot is kept", lambda: _has_sell(system, lot, sell))
    _is_kept_once(system, exchange, lot, sell)
    _capture("paid-positions", "lotkeeper positions", system.command("positions").stdout)
    _capture("paid-explain", f"lotkeeper explain {lot}", system.command("explain", lot).stdout)

    system.service.kill()
    _delete_database(system)
    system.run_unproven()
    wait_for("the lot is rebuilt", lambda: _has_sell(system, lot, sell))
    _is_kept_once(system, exchange, lot, sell)

    system.service.kill()
    system.control("price", symbol=PAIR, price=str(D(placed["sell_price"]) + 10))
    assert not _open(exchange)
    system.run_unproven()
    wait_for("it is sold", lambda: _lot(system, lot)["state"] == "CLOSED")
    sold = _lot(system, lot)
    assert D(sold["sold"]) == D(standing["origQty"])
    assert [each["side"] for each in _all(exchange)] == ["BUY", "SELL"]


def test_with_everything_lost_before_it_is_filled_it_is_sold_once(system: SystemUnderTest) -> None:
    exchange = Client(system.exchange)
    placed = _place(system, "58000")
    system.service.kill()
    _delete_database(system)
    system.control("price", symbol=PAIR, price="57990")
    system.control("price", symbol=PAIR, price=str(D(placed["sell_price"]) + 10))
    assert not _open(exchange)
    system.run_unproven()
    again = ("buy", PAIR, "--at", "58000", "--quantity", QUANTITY, "--yes", "--json")
    wait_for("it is found", lambda: orjson.loads(system.command(*again).stdout).get("state") == "found")
    wait_for("all is compared", lambda: (system.status() or {}).get("pairs"))
    assert [each["side"] for each in _all(exchange)] == ["BUY", "SELL"]


def test_a_buy_that_is_cancelled_half_filled_is_sold_by_the_policy(system: SystemUnderTest) -> None:
    exchange = Client(system.exchange)
    placed = _place(system, "58000")
    name = placed["client_order_id"]
    system.control("trade", symbol=PAIR, price="57990", qty="0.0012", buyerIsMaker=True)
    wait_for("it is left to the list", lambda: "HELD" in [each["state"] for each in system.positions()])
    _capture("paid-part", "lotkeeper positions", system.command("positions").stdout)
    assert [each["side"] for each in _open(exchange)] == ["BUY", "SELL"]
    done = system.command("cancel", name, "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    _capture("paid-cancel", f"lotkeeper cancel {name}", done.stdout)
    wait_for("its SELL", lambda: [each["side"] for each in _open(exchange)] == ["SELL"])
    (standing,) = _open(exchange)
    assert standing["clientOrderId"].startswith("lk1-")


def _place(system: SystemUnderTest, price: str) -> dict[str, Any]:
    words = ("buy", PAIR, "--at", price, "--quantity", QUANTITY)
    plan = system.command(*words, "--dry-run")
    _capture("paid-plan", f"lotkeeper {' '.join(words)}", plan.stdout)
    assert "the exchange itself places its SELL" in plan.stdout, plan.stdout + plan.stderr
    placed = system.command(*words, "--yes", "--json")
    assert placed.returncode == 0, placed.stdout + placed.stderr
    found: dict[str, Any] = orjson.loads(placed.stdout)
    assert found["sell_by_exchange"]
    return found


def _open(exchange: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = exchange.signed("GET", "openOrders", symbol=PAIR).json()
    return found


def _all(exchange: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = exchange.signed("GET", "allOrders", symbol=PAIR).json()
    return found


def _has_sell(system: SystemUnderTest, lot: str, name: str) -> bool:
    lots = [each for each in system.positions("--all") if each["lot"] == lot]
    return any(each["client_order_id"] == name for found in lots for each in found["sells"])


def _is_kept_once(system: SystemUnderTest, exchange: Any, lot: str, sell: str) -> None:
    system.command("reconcile", "--yes")
    assert [each["clientOrderId"] for each in _open(exchange)] == [sell]
    found = _lot(system, lot)
    assert [each["client_order_id"] for each in found["sells"]] == [sell]
    assert D(found["sold"]) == 0
    assert [each["lot"] for each in system.positions()] == [lot]


def _delete_database(system: SystemUnderTest) -> None:
    for each in system.database.parent.glob(f"{system.database.name}*"):
        each.unlink()
