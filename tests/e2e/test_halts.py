"""What a person halts stays halted: the kill switch and a pause, through deaths, restarts and a lost database."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import WITHIN_S, SystemUnderTest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


def _pair(system: SystemUnderTest, symbol: str) -> dict[str, Any]:
    found: dict[str, Any] = (system.status() or {}).get("pairs", {}).get(symbol, {})
    return found


def _has_bought(system: SystemUnderTest, symbol: str, buys: int) -> None:
    wait_for("the lot", lambda: _pair(system, symbol).get("buys") == buys, WITHIN_S)


def _is_on(system: SystemUnderTest) -> bool:
    """Whether the Gateway says so."""
    return bool(((system.status() or {}).get("kill_switch") or {}).get("on"))


def _has_no_sell(system: SystemUnderTest, bought: int) -> bool:
    """A lot is decided about when it is reported: by then its SELL would have been sent."""
    return system.sells_of("BTCUSDT", bought) is None


def test_the_kill_switch_holds_through_deaths_and_the_loss_of_the_database(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT", "--symbol", "ETHUSDT"], profit_pct="50") as system:
        system.run()
        on = system.command("kill-switch", "on", "--yes", "--why", "a test")
        assert (on.returncode, "no order is placed on any pair" in on.stdout) == (0, True)
        first = system.buy("BTCUSDT")
        _has_bought(system, "BTCUSDT", 1)
        assert _has_no_sell(system, first)
        for process in ("Gateway", "Guardian"):
            _kill(system, process)
            bought = system.buy("BTCUSDT")
            wait_for("the switch", lambda: _is_on(system), WITHIN_S)
            assert _has_no_sell(system, bought)
        system.stop()
        for file in tmp_path.rglob("*.sqlite*"):
            if not file.name.startswith("."):
                file.unlink()
        system.run_unproven()
        last = system.buy("BTCUSDT")
        wait_for("the switch", lambda: _is_on(system), WITHIN_S)
        wait_for("its lot", lambda: _pair(system, "BTCUSDT").get("buys"), WITHIN_S)
        assert _has_no_sell(system, last)
        assert any("the kill switch is on" in each for each in system.told()["problems"])
        assert system.command("kill-switch", "off", "--yes").returncode == 0
        wait_for("its SELL", lambda: system.sells_of("BTCUSDT", last), WITHIN_S)


def _kill(system: SystemUnderTest, title: str) -> None:
    process = system.process(title)
    os.kill(process.pid, signal.SIGKILL)
    wait_for("another one", lambda: process.pid not in [each.pid for each in system.processes(title)], WITHIN_S)
    wait_for("an answer", system.status, WITHIN_S)


def test_a_pause_ends_by_itself_also_while_the_service_is_down(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT", "--symbol", "ETHUSDT"], profit_pct="50") as system:
        system.run()
        paused = system.command("pause", "BTCUSDT", "--for", "1h", "--yes")
        assert (paused.returncode, "paused until" in paused.stdout) == (0, True)
        assert system.command("pause", "--all", "--why", "a test", "--yes").returncode == 0
        wait_for("the newer pause in the status", lambda: _pair(system, "BTCUSDT")["pause"]["until"] is None)
        assert system.command("resume", "--all", "--yes").returncode == 0
        system.command("pause", "BTCUSDT", "--for", "2s", "--yes")
        bought = system.buy("BTCUSDT")
        system.stop()
        system.run_unproven()
        wait_for("its SELL", lambda: system.sells_of("BTCUSDT", bought), WITHIN_S)
