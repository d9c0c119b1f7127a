"""What goes wrong with a running service stands in its database, with beginning and end, and what its account has."""

import os
import signal
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from lotkeeper.service.configuration import load_config
from lotkeeper.verification.staging.waiting import wait_for
from persistence.balances import balance_of
from persistence.history.database import HistoryDatabase
from tests.e2e.environment import SystemUnderTest

pytestmark = [pytest.mark.e2e, pytest.mark.long]
SWITCH = ("kill-switch", "service")


def incidents(system: SystemUnderTest) -> dict[tuple[str, str], dict[str, Any]]:
    """The newest of each kind and subject."""
    found = orjson.loads(system.command("incidents", "--json").stdout)
    return {(each["kind"], each["subject"]): each for each in reversed(found)}


def coins(system: SystemUnderTest) -> Decimal:
    """How much BTC the account had, as the database has it."""
    with HistoryDatabase.open(load_config(system.config).database) as database:
        found = [balance_of(row) for row in database.rows("SELECT * FROM balances WHERE asset = 'BTC'")]
    return sum((each.free + each.locked for each in found), Decimal(0))


def wait_until_over(system: SystemUnderTest, kind: str, subject: str) -> None:
    wait_for(f"{kind} of {subject} is over", lambda: incidents(system).get((kind, subject), {}).get("end") == "over")


def test_deaths_and_a_lost_stream_are_recorded_and_the_kill_switch_goes_on_over_a_restart(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, profit_pct="50") as system:
        system.run()
        system.buy("BTCUSDT")
        wait_for("the balance is recorded", lambda: coins(system) == system.balance("BTC")[1])
        for title, name in (("Ledger", "ledger"), ("Monitor", "monitor")):
            for process in system.processes(title):
                os.kill(process.pid, signal.SIGKILL)
            wait_until_over(system, "actor-restarted", name)
        system.wait_until_well()  # the new Monitor has heard of the stream
        system.control("drop/user")
        wait_until_over(system, "stream-lost", "user stream")
        assert system.command("kill-switch", "on", "--yes").returncode == 0
        wait_for("the kill switch is an incident", lambda: SWITCH in incidents(system))
        began = incidents(system)[SWITCH]
        system.stop()
        assert incidents(system)[SWITCH] == began, "nobody was there to end it"
        system.run_unproven()
        assert system.command("kill-switch", "off", "--yes").returncode == 0
        # A Monitor that heard of it first when it was off already says so with all that is open, every half minute.
        wait_for("the incident is over", lambda: incidents(system)[SWITCH]["ended"], 100)
        assert incidents(system)[SWITCH]["opened"] == began["opened"]
        assert system.command("db", "check").returncode == 0
