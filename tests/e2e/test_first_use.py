"""The commands of the first use, as a user runs them, against the embedded exchange."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest, lotkeeper
from tests.e2e.terminal import at_terminal

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
    refused = system.command("pause", "BTCUST", "--yes")
    assert (refused.returncode, "configured: BTCUSDT, ETHUSDT" in refused.stderr) == (1, True)


def _init(system: SystemUnderTest, path: Path, *words: str) -> Any:
    exchange = system.exchange
    urls = ("--rest-url", exchange.rest_url, "--ws-api-url", exchange.ws_api_url, "--stream-url", exchange.stream_url)
    return lotkeeper("init", *urls, *words, "--config", str(path), env=system.service.environment())


def test_init_writes_a_configuration_from_what_was_traded_and_refuses_a_key_that_may_withdraw(tmp_path: Path) -> None:
    funds = ("--balance", "USDT=100000", "--balance", "ETH=5", "--balance", "BTC=1")
    pairs = ("--symbol", "BTCUSDT", "--symbol", "ETHUSDT", "--symbol", "BNBUSDT")
    with SystemUnderTest(tmp_path, [*pairs, *funds]) as system:
        path = tmp_path / "first.yaml"
        assert _init(system, path, "--yes").returncode == 1  # coins alone are no reason to sell them
        system.buy("BTCUSDT")
        written = _init(system, path, "--yes", "--net-profit", "0.7", "--json")
        assert written.returncode == 0, written.stdout + written.stderr
        document = orjson.loads(written.stdout)
        assert (document["pairs"], document["next"]) == (["BTCUSDT"], "lotkeeper doctor")
        assert document["warnings"] == [
            "any address may use the key: allow it for this machine's address only, on the exchange's page"
        ]
        checked = lotkeeper("doctor", "--config", str(path), "--json", env=system.service.environment())
        assert checked.returncode == 0, checked.stdout
        before = path.read_bytes()
        assert _init(system, path, "--yes").returncode == 1
        unknown = _init(system, path, "--yes", "--force", "--pair", "BTCUSD")
        assert (unknown.returncode, "did you mean BTCUSDT?" in unknown.stderr) == (2, True)
        system.control("wallet", restrictions={"enableWithdrawals": True})
        refused = _init(system, path, "--yes", "--force", "--pair", "BTCUSDT")
        assert (refused.returncode, "may withdraw" in refused.stderr) == (1, True)
        assert path.read_bytes() == before


def test_init_asks_at_a_terminal(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT", "--symbol", "ETHUSDT"]) as system:
        system.buy("BTCUSDT")
        exchange, path = system.exchange, tmp_path / "first.yaml"
        path.write_text("an old file\n")
        urls = ["--rest-url", exchange.rest_url, "--ws-api-url", exchange.ws_api_url]
        words = ["init", *urls, "--stream-url", exchange.stream_url, "--config", str(path)]
        answers = (("Overwrite it?", "y"), ("Pairs to keep", "btcusdt, ethusdt"), ("Net profit", ""))
        shown = at_terminal(words, answers, system.service.environment())
        assert "BTCUSDT" in shown
        assert "traded last on" in shown
        assert "next: lotkeeper doctor" in shown
        text = path.read_text()
        assert text.endswith("pairs:\n  BTCUSDT: {}\n  ETHUSDT: {}\n")
        assert "net_profit_pct: '0.5'" in text
