"""A start never gives up on the exchange: banned, in maintenance or away, the service runs and trades when it can."""

from pathlib import Path

import orjson
import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest

pytestmark = pytest.mark.e2e

SYMBOL = "BTCUSDT"
WITHIN_S = 90.0


def first_problem(system: SystemUnderTest) -> str:
    return next(iter((system.status() or {}).get("problems", ())), "")


def lots_of(system: SystemUnderTest) -> list[str]:
    """The open lots that the database has."""
    return [each["lot"] for each in system.positions()]


def refused_in_ban(journal: Path) -> list[dict[str, object]]:
    """What the exchange answered with 418, by REST or to a connection."""
    lines = [orjson.loads(line) for line in journal.read_bytes().splitlines()]
    return [each for each in lines if each["kind"] in ("reply", "refused") and each.get("status") == 418]


@pytest.mark.long
def test_a_start_in_a_ban_reads_its_database_costs_one_request_and_trades_after_it(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    arguments = ["--symbol", SYMBOL, "--journal", str(journal)]
    with SystemUnderTest(tmp_path / "service", arguments, profit_pct="50") as system:
        system.run()
        before = system.buy(SYMBOL)
        wait_for("the SELL", lambda: system.sells_of(SYMBOL, before))
        wait_for("the database has the lot", lambda: lots_of(system) == [f"{SYMBOL}-{before}"])
        system.service.kill()
        system.control("faults", name="ban", seconds=20)
        down = system.buy(SYMBOL)
        system.run_unproven()
        wait_for("what it waits for", lambda: first_problem(system).startswith("starting: banned until 20"))
        assert f"{SYMBOL}-{before}" in lots_of(system)
        system.service.kill()
        system.run_unproven()  # the next process knows of the ban
        wait_for("the SELL of what was bought while it was down", lambda: system.sells_of(SYMBOL, down), WITHIN_S)
        assert len(refused_in_ban(journal)) == 1
        system.wait_until_well()


@pytest.mark.long
def test_a_first_start_in_maintenance_counts_from_its_moment(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", SYMBOL], profit_pct="50") as system:
        own = system.buy_before_start(SYMBOL)
        system.control("faults", name="refuse", how="custom", status=503, code=-1, message="maintenance", times=0)
        system.control("faults", name="refuse-connection", status=503, times=0)
        done = system.command("start")
        assert done.returncode == 0
        assert "lotkeeper runs" in done.stdout
        assert "starting: the exchange at" in done.stdout
        bought = system.buy(SYMBOL)
        wait_for("what it waits for", lambda: first_problem(system).startswith("starting: HTTP 503"))
        assert system.command("restart").returncode == 0
        assert system.controls.ask("DELETE", "faults") is not None
        wait_for("the SELL", lambda: system.sells_of(SYMBOL, bought), WITHIN_S)
        assert [each["lot"] for each in system.positions()] == [f"{SYMBOL}-{bought}"]
        assert system.sells_of(SYMBOL, own) is None
        assert system.command("stop").returncode == 0
        wait_for("all processes have ended", lambda: not system.processes())


@pytest.mark.long
def test_a_pair_that_was_delisted_is_its_own_problem_alone(tmp_path: Path) -> None:
    other, gone = "BTCUSDT", "ETHUSDT"
    with SystemUnderTest(tmp_path, ["--symbol", other, "--symbol", gone], profit_pct="50") as system:
        system.run()
        lost = system.buy(gone)
        wait_for("its SELL", lambda: system.sells_of(gone, lost))
        system.stop()
        system.control("faults", name="delist", symbol=gone)
        system.run_unproven()
        bought = system.buy(other)
        wait_for("the SELL of the other pair", lambda: system.sells_of(other, bought), WITHIN_S)

        def problem() -> str:
            found = (system.status() or {}).get("problems", ())
            return next((each for each in found if each.startswith(f"{gone}: the exchange does not list it")), "")

        wait_for("its problem", problem)
        assert f"{gone}-{lost}" in [each["lot"] for each in system.positions()]
        assert system.command("explain", f"{gone}-{lost}").returncode == 0
        done = system.command("release", f"{gone}-{lost}", "--yes")
        assert done.returncode == 0, done.stderr
        wait_for("the lot is released", lambda: [each["lot"] for each in system.positions()] == [f"{other}-{bought}"])
        system.stop()
        system.configure_pairs(other, gone, "NOPEUSDT")
        refused = system.command("start")
        assert refused.returncode == 2
        assert "NOPEUSDT" in refused.stderr
        assert gone not in refused.stderr.replace("NOPEUSDT", "")
