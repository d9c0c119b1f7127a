"""A person sells lots and cancels orders, against a service that trades on the embedded exchange."""

import os
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import orjson
import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest

pytestmark = pytest.mark.e2e


def test_a_lot_is_sold_by_hand_in_two_parts_and_an_order_is_cancelled(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT", "--depth", "100000"], profit_pct="5") as system:
        system.run()
        bought = system.buy("BTCUSDT")
        lot = f"BTCUSDT-{bought}"
        wait_for("its SELL", lambda: system.sells_of("BTCUSDT", bought))
        wait_for("the database has it", lambda: _lot(system, lot)["sells"])
        _shows_what_it_comes_to(system, lot)
        _sells_a_part_once(system, lot)
        _cancels_the_rest(system, lot)
        assert system.command("resume", "BTCUSDT", "--yes").returncode == 0
        done = system.command("flatten", "--below-floor", "--yes")
        assert done.returncode == 0, done.stdout + done.stderr
        wait_for("it is sold", lambda: _lot(system, lot)["state"] == "CLOSED")
        assert system.command("flatten").stdout == "no lots: there is nothing to sell\n"


def test_a_person_buys_and_it_becomes_a_lot_once(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT", "--depth", "100000"], profit_pct="5") as system:
        system.run()
        words = ("buy", "BTCUSDT", "--quote", "60", "--why", "monthly")
        plan = system.command(*words, "--dry-run")
        assert "BTCUSDT: buy for 60 USDT at the market" in plan.stdout
        _capture("buy", f"lotkeeper {' '.join(words[:4])}", plan.stdout)
        bought = system.command(*words, "--yes")
        assert bought.returncode == 0, bought.stdout + bought.stderr
        _capture("bought", "", bought.stdout)
        again = system.command(*words, "--yes", "--json")
        found = orjson.loads(again.stdout)
        assert (found["state"], found["status"]) == ("found", "FILLED")
        wait_for("its SELL", lambda: system.sells_of("BTCUSDT", found["order_id"]))
        assert [each["lot"] for each in system.positions()] == [found["lot"]]
        _waits_for_its_price(system)


def _waits_for_its_price(system: SystemUnderTest) -> None:
    words = ("buy", "BTCUSDT", "--at", "50000", "--quantity", "0.001", "--yes", "--json")
    placed = orjson.loads(system.command(*words).stdout)
    assert placed["status"] == "NEW"
    wait_for("it is listed", lambda: "BUY" in [each["side"] for each in _orders(system)])
    _capture("orders", "lotkeeper orders", system.command("orders").stdout)
    done = system.command("cancel", placed["client_order_id"], "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    _capture("cancel-buy", f"lotkeeper cancel {placed['client_order_id']}", done.stdout)
    wait_for("it is gone", lambda: "BUY" not in [each["side"] for each in _orders(system)])


def _lot(system: SystemUnderTest, lot: str) -> dict[str, Any]:
    return wait_for("the lot", lambda: [each for each in system.positions("--all") if each["lot"] == lot])[0]


def _shows_what_it_comes_to(system: SystemUnderTest, lot: str) -> None:
    refused = system.command("sell", lot, "--market", "--yes")
    assert (refused.returncode, "under the floor" in refused.stderr) == (1, True)
    plan = system.command("sell", lot, "--market", "--quantity", "0.001", "--below-floor", "--dry-run")
    assert f"{lot}: sell 0.001 BTC at" in plan.stdout
    _capture("sell", f"lotkeeper sell {lot} --market --quantity 0.001 --below-floor", plan.stdout)


def _sells_a_part_once(system: SystemUnderTest, lot: str) -> None:
    words = ("sell", lot, "--market", "--quantity", "0.001", "--below-floor", "--why", "rent", "--yes")
    assert system.command(*words).returncode == 0
    wait_for("the part is sold", lambda: D(_lot(system, lot)["sold"]) == D("0.001"))
    (sale,) = orjson.loads(system.command("explain", lot, "--json").stdout)["instructed"]
    assert (sale["state"], sale["why"], sale["sold"], sale["left"]) == ("DONE", "rent", "0.001", "0")
    shown = system.command("explain", lot).stdout
    assert "Asked for" in shown
    _capture("explain-sale", f"lotkeeper explain {lot}", shown)
    again = system.command(*words)
    assert "the same was asked for at" in again.stdout
    _capture("again", f"lotkeeper sell {lot} --market --quantity 0.001 --below-floor", again.stdout)
    wait_for("the rest stands", lambda: _open_sells(system))
    assert D(_lot(system, lot)["sold"]) == D("0.001")


def _open_sells(system: SystemUnderTest) -> list[dict[str, Any]]:
    return [each for each in _orders(system) if each["side"] == "SELL" and each["state"] == "OPEN"]


def _orders(system: SystemUnderTest) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = orjson.loads(system.command("orders", "--json").stdout)
    return found


def _cancels_the_rest(system: SystemUnderTest, lot: str) -> None:
    _capture("orders", "lotkeeper orders", system.command("orders").stdout)
    (standing,) = _open_sells(system)
    done = system.command("cancel", standing["client_order_id"], "--yes", "--why", "the news")
    assert done.returncode == 0, done.stdout + done.stderr
    _capture("cancel", f"lotkeeper cancel {standing['client_order_id']} --why 'the news'", done.stdout)
    wait_for("the lot is held", lambda: _lot(system, lot)["state"] == "HELD")
    wait_for("nothing stands", lambda: not _orders(system))


def _capture(name: str, command: str, output: str) -> None:
    """For docs/manual-orders.md: `CAPTURES=folder` keeps what the commands print."""
    folder = os.environ.get("CAPTURES")
    if folder:
        Path(folder, f"{name}.txt").write_text(f"$ {command}\n{output}")
