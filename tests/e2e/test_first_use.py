"""The commands of the first use, as a user runs them, against the embedded exchange."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest

pytestmark = pytest.mark.e2e


def _verdicts(system: SystemUnderTest) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    shown = system.command("doctor", "--json")
    findings: dict[str, list[dict[str, Any]]] = {}
    for each in orjson.loads(shown.stdout)["findings"]:
        findings.setdefault(each["check"], []).append(each)
    return shown.returncode, findings


def test_doctor_before_the_start_while_it_runs_and_with_a_key_that_may_withdraw(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT", "--symbol", "ETHUSDT"]) as system:
        system.config.chmod(0o644)
        code, before = _verdicts(system)
        assert code == 0, before
        assert {name: before[name][0]["verdict"] for name in ("key", "REST", "WebSocket API", "streams", "clock")} == (
            dict.fromkeys(("key", "REST", "WebSocket API", "streams", "clock"), "ok")
        )
        assert before["permissions"][0]["text"] == "any address may use it"
        assert before["service"][0]["verdict"] == "skipped"
        system.run()
        _, running = _verdicts(system)
        assert (running["service"][0]["verdict"], running["ports"][0]["verdict"]) == ("ok", "ok"), running
        assert running["database"][0]["text"].endswith("undamaged")
        system.control("wallet", restrictions={"enableWithdrawals": True, "ipRestrict": True})
        code, withdrawing = _verdicts(system)
        assert (code, withdrawing["permissions"][0]["verdict"]) == (1, "failed")
        system.control("wallet", available=False)
        code, unknown = _verdicts(system)
        assert (code, unknown["permissions"][0]["verdict"]) == (0, "skipped")
        text = system.command("doctor").stdout
        assert len(text.splitlines()) == sum(map(len, unknown.values())) + 1


def test_pairs_and_wait_from_the_start_on(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT", "--symbol", "ETHUSDT"], profit_pct="50") as system:
        assert system.command("wait", "--proven").returncode == 3
        assert system.command("start").returncode == 0
        proven = system.command("wait", "--proven", "--timeout", "60", "--json")
        assert (proven.returncode, orjson.loads(proven.stdout)) == (0, {"proven": ["BTCUSDT", "ETHUSDT"]})
        bought = system.buy("BTCUSDT")
        lot = f"BTCUSDT-{bought}"
        wait_for("the lot", lambda: [each["lot"] for each in system.positions()] == [lot])
        rows = orjson.loads(system.command("pairs", "--json").stdout)
        found = {row["pair"]: row for row in rows}
        assert (found["BTCUSDT"]["state"], found["BTCUSDT"]["lots_open"], found["BTCUSDT"]["market"]) == (
            "proven",
            1,
            "TRADING",
        )
        assert found["ETHUSDT"]["tick"] is not None
        assert system.command("pairs", "--csv").stdout.splitlines()[1].startswith("BTCUSDT,proven,")
        _nearest_names(system, lot)
        assert system.command("stop").returncode == 0
        wait_for("no process is left", lambda: not system.processes())


def _nearest_names(system: SystemUnderTest, lot: str) -> None:
    for command, *more in (("explain",), ("sell", "--market"), ("release",), ("cancel",)):
        refused = system.command(command, f"{lot}1", *more)
        assert (refused.returncode, f"did you mean {lot}" in refused.stderr) == (1, True), refused.stderr
    refused = system.command("pause", "BTCUST")
    assert (refused.returncode, "configured: BTCUSDT, ETHUSDT" in refused.stderr) == (1, True)
