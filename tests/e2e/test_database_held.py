"""Another process holds the database while BUYs come, and the service is killed meanwhile: nothing is lost."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import orjson
import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
PAIR = ["--symbol", "BTCUSDT"]


@contextmanager
def held(database: Path) -> Iterator[None]:
    with closing(sqlite3.connect(database, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield


def waiting(system: SystemUnderTest) -> int:
    ledger = (system.status() or {}).get("ledger")
    return int(ledger["waiting"]) if ledger else 0


def check_against_exchange(system: SystemUnderTest) -> None:
    """The database agrees with itself and with the exchange, and has every lot."""
    found = system.command("db", "check", "--exchange", "--json")
    assert orjson.loads(found.stdout)["findings"] == []
    assert found.returncode == 0


@pytest.mark.takes(40)
def test_trading_goes_on_while_it_is_held_and_everything_is_recorded_afterwards(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, PAIR, profit_pct="50") as system:
        system.run()
        (database,) = tmp_path.glob("*.sqlite")
        bought = [system.buy("BTCUSDT")]
        wait_for("its record", lambda: {each["lot"] for each in system.positions()} == {f"BTCUSDT-{bought[0]}"})
        with held(database):
            for _ in range(3):
                bought.append(system.buy("BTCUSDT"))
                wait_for("its SELL", lambda: not system.unprotected())
            wait_for("the records wait on disk", lambda: waiting(system) >= 3)
            problems = "\n".join(system.told()["problems"])
            assert "another process holds it" in problems
            assert "and will be written when that works again" in problems
        wait_for(
            "all is recorded",
            lambda: {each["lot"] for each in system.positions()} == {f"BTCUSDT-{each}" for each in bought},
        )
        system.wait_until_well()
        assert waiting(system) == 0
        assert not list(tmp_path.glob(".*.backlog"))
        check_against_exchange(system)


@pytest.mark.long
def test_what_waited_is_written_by_the_next_start_when_all_was_killed(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, PAIR, profit_pct="50") as system:
        system.run()
        (database,) = tmp_path.glob("*.sqlite")
        with held(database):
            bought = [system.buy("BTCUSDT") for _ in range(3)]
            wait_for("their SELLs", lambda: not system.unprotected())
            wait_for("the records wait on disk", lambda: waiting(system) >= 3)
            for each in system.processes():
                os.kill(each.pid, signal.SIGKILL)
            wait_for("the end of the service", lambda: not system.processes())
        assert len(list(tmp_path.glob(".*.backlog"))) == 1
        system.run()
        assert {each["lot"] for each in system.positions()} == {f"BTCUSDT-{each}" for each in bought}
        assert not list(tmp_path.glob(".*.backlog"))
        check_against_exchange(system)
