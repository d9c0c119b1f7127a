"""What needs a person, as the command says it, against a running service."""

import time
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest

from lotkeeper.verification.staging.reconnecting_client import ReconnectingClient
from lotkeeper.verification.staging.waiting import wait_for
from messages.control import CommandDone, SetKillSwitch
from messages.pair_commands import PausePair, ResumePair
from tests.binance_sim.support import Client
from tests.e2e.environment import WITHIN_S, SystemUnderTest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


def _todo(system: SystemUnderTest) -> dict[str, Any]:
    """By kind; of the status, which is asked for faster than by a command."""
    return {each["kind"]: each for each in (system.status() or {}).get("todo", ())}


def _ask(system: SystemUnderTest, message: object) -> None:
    """As a command does, without a process of its own."""
    with closing(ReconnectingClient(system.runtime_dir)) as client:
        assert isinstance(client.ask(message), CommandDone)


@pytest.mark.takes(25)
def test_what_needs_a_person_and_what_ends_it(tmp_path: Path) -> None:
    symbols = ["--symbol", "BTCUSDT", "--symbol", "ETHUSDT"]
    with SystemUnderTest(tmp_path, symbols, profit_pct="50") as system:
        system.run()
        assert _todo(system) == {}
        at_ms = int(time.time() * 1000) + 86_400_000
        system.control("wallet", delistSchedule=[{"delistTime": at_ms, "symbols": ["ETHUSDT"]}], tags={})
        bought = system.buy("BTCUSDT")
        sell = wait_for("its SELL", lambda: system.sells_of("BTCUSDT", bought), WITHIN_S)
        order_id = sell["orderId"] if "orderId" in sell else system.positions()[0]["sells"][0]["order_id"]
        assert Client(system.exchange).signed("DELETE", "order", symbol="BTCUSDT", orderId=order_id).ok
        held = wait_for("the lot", lambda: _todo(system).get("held"), WITHIN_S)
        assert (held["lot"], held["command"]) == (f"BTCUSDT-{bought}", "lotkeeper resume BTCUSDT")
        _ask(system, PausePair("ETHUSDT", why="a test"))
        _ask(system, SetKillSwitch(True, "kim", ""))
        found = wait_for("all", lambda: (f := _todo(system)).keys() >= {"paused", "kill-switch"} and f, WITHIN_S)
        assert next(iter(found)) == "kill-switch"
        listed = orjson.loads(system.command("todo", "--json").stdout)
        assert [each["kind"] for each in listed[:1]] == ["kill-switch"]
        assert "(a test)" in found["paused"]["text"]
        planned = wait_for("the plan of the exchange", lambda: _todo(system).get("delisting"), WITHIN_S)
        assert planned["pair"] == "ETHUSDT"
        assert found["kill-switch"]["command"] == "lotkeeper kill-switch off"
        assert system.command("kill-switch", "off", "--yes").returncode == 0
        for symbol in ("ETHUSDT", "BTCUSDT"):
            _ask(system, ResumePair(symbol))
        wait_for("the next SELL", lambda: system.sells_of("BTCUSDT", bought), WITHIN_S)
        wait_for("nothing but the plan", lambda: list(_todo(system)) == ["delisting"], WITHIN_S)


@pytest.mark.long
def test_a_stop_that_the_price_band_does_not_take(tmp_path: Path) -> None:
    """The exchange takes no order under a fifth of the average price."""
    exits = {"BTCUSDT": {"net_profit_pct": 1, "stop_loss": {"below_cost_pct": 85}}}
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT", "--paused"], pairs=("BTCUSDT",), exits=exits) as system:
        system.control("price", symbol="BTCUSDT", price="60000")
        system.run_unproven()
        lot = f"BTCUSDT-{system.buy('BTCUSDT')}"
        found = wait_for("the stop", lambda: _todo(system).get("stop-refused"), WITHIN_S)
        assert (found["lot"], found["command"]) == (lot, f"lotkeeper explain {lot}")
        assert found["since"] is not None
        named = wait_for(
            "the price", lambda: (f := _todo(system)["stop-refused"]["text"]).count("nearest") and f, WITHIN_S
        )
        assert "PERCENT_PRICE_BY_SIDE" in named
        assert "the nearest allowed is 1" in named  # a fifth of the average
        assert "has no stop" in system.command("todo").stdout
        system.control("price", symbol="BTCUSDT", price="61000")
        wait_for("the sale ends it", lambda: "stop-refused" not in _todo(system), WITHIN_S)
