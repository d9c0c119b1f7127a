"""What needs a person, as the command says it, against a running service; each command in it does what it says."""

import shlex
import time
from pathlib import Path
from typing import Any

import orjson
import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.binance_sim.support import Client
from tests.e2e.environment import WITHIN_S, SystemUnderTest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


def _todo(system: SystemUnderTest) -> dict[str, Any]:
    """By kind; of the status, which is asked for faster than by a command."""
    return {each["kind"]: each for each in (system.status() or {}).get("todo", ())}


def _do(system: SystemUnderTest, command: str, *more: str) -> None:
    """Runs a command of the list."""
    name, *words = shlex.split(command)
    assert name == "lotkeeper"
    answer = system.command(*words, *more)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_what_needs_a_person_and_what_ends_it(tmp_path: Path) -> None:
    symbols = ["--symbol", "BTCUSDT", "--symbol", "ETHUSDT"]
    with SystemUnderTest(tmp_path, symbols, profit_pct="50") as system:
        system.run()
        assert system.command("todo").stdout == "nothing needs a person\n"
        at_ms = int(time.time() * 1000) + 86_400_000
        system.control("wallet", delistSchedule=[{"delistTime": at_ms, "symbols": ["ETHUSDT"]}], tags={})
        bought = system.buy("BTCUSDT")
        sell = wait_for("its SELL", lambda: system.sells_of("BTCUSDT", bought), WITHIN_S)
        order_id = sell["orderId"] if "orderId" in sell else system.positions()[0]["sells"][0]["order_id"]
        assert Client(system.exchange).signed("DELETE", "order", symbol="BTCUSDT", orderId=order_id).ok
        held = wait_for("the lot", lambda: _todo(system).get("held"), WITHIN_S)
        assert (held["lot"], held["command"]) == (f"BTCUSDT-{bought}", "lotkeeper resume BTCUSDT")
        system.command("pause", "ETHUSDT", "--why", "a test")
        system.command("kill-switch", "on", "--yes")
        found = wait_for("all", lambda: (f := _todo(system)).keys() >= {"paused", "kill-switch"} and f, WITHIN_S)
        assert next(iter(found)) == "kill-switch"
        listed = orjson.loads(system.command("todo", "--json").stdout)
        assert [each["kind"] for each in listed[:1]] == ["kill-switch"]
        assert "(a test)" in found["paused"]["text"]
        planned = wait_for("the plan of the exchange", lambda: _todo(system).get("delisting"), WITHIN_S)
        assert planned["pair"] == "ETHUSDT"
        _do(system, found["kill-switch"]["command"], "--yes")
        _do(system, found["paused"]["command"])
        _do(system, held["command"])
        wait_for("the next SELL", lambda: system.sells_of("BTCUSDT", bought), WITHIN_S)
        wait_for("nothing but the plan", lambda: list(_todo(system)) == ["delisting"], WITHIN_S)
        assert "1 thing needs a person" in system.command("status").stdout
