"""The log of a real run: each line keeps the schema, and the lines of a lot tell its whole story across all actors."""

import os
import signal
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from lotkeeper.service.schemas.table import LOG_LINE, problems
from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest
from tests.ports import free_port

pytestmark = pytest.mark.e2e

# Who tells of a lot from its fill to its sale, in this order; other lines may stand between them. So soon after a start
# it may be a comparison that finds the sale, and not the stream.
STORY = [
    ("UserStream", "FILL_ARRIVED"),
    ("PairKeeper", "BOUGHT"),
    ("Gateway", "ORDER_SENT"),
    ("Gateway", "ORDER_ANSWERED"),
    ("PairKeeper", "SOLD"),
]


def lines_of(system: SystemUnderTest, lot: str, *arguments: str) -> list[dict[str, Any]]:
    shown = system.command("logs", "--lot", lot, "--json", "--lines", "100000", *arguments)
    assert shown.returncode == 0, shown.stderr
    found: list[dict[str, Any]] = orjson.loads(shown.stdout)
    return found


def events_of(system: SystemUnderTest, lot: str) -> list[str]:
    return [each["event"] for each in lines_of(system, lot, "--level", "info")]


def tells_in_order(lines: list[dict[str, Any]], story: list[tuple[str, str]]) -> bool:
    """Whether the events of the story are among these lines, one after the other."""
    told = iter((line["actor"], line["event"]) for line in lines)
    return all(each in told for each in story)


def price_of(system: SystemUnderTest, lot: str) -> Decimal:
    explained = orjson.loads(system.command("explain", lot, "--json").stdout)
    return Decimal(explained["asked"][0]["price"])


def sell_all(system: SystemUnderTest, symbol: str, price: Decimal) -> None:
    system.control("source/stop")
    system.control("price", symbol=symbol, price=str(price + 100), size="10")


def test_each_line_keeps_the_schema_and_a_lot_has_its_story_over_deaths_and_a_restart(tmp_path: Path) -> None:
    """At DEBUG, with a lost stream, a killed Gateway, and a service that was stopped before the sale."""
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"], profit_pct="5") as system:
        system.config.write_text(system.config.read_text().replace("logs:\n", "logs:\n  level: DEBUG\n"))
        system.run()
        lot = f"BTCUSDT-{system.buy('BTCUSDT')}"
        wait_for("it has a SELL", lambda: "LOT_RECORDED" in events_of(system, lot))
        system.control("drop/user")
        for process in system.processes("Gateway"):
            os.kill(process.pid, signal.SIGKILL)
        other = f"BTCUSDT-{system.buy('BTCUSDT')}"
        wait_for("the other has a SELL too", lambda: "ORDER_ANSWERED" in events_of(system, other))
        system.stop()
        system.run()
        sell_all(system, "BTCUSDT", max(price_of(system, each) for each in (lot, other)))
        for each in (lot, other):
            wait_for(f"{each} is sold", lambda each=each: "LOT_CLOSED" in events_of(system, each))  # type: ignore[misc]
        system.stop()
        lines = lines_of(system, lot, "--level", "info")
        told = {event for _, event in STORY}
        assert {line["lot"] for line in lines if line["event"] in told} == {lot}
        assert tells_in_order(lines, STORY), "\n".join(f"{x['ts']} {x['actor']} {x['event']}" for x in lines)
        assert ("Ledger", "LOT_RECORDED") in {(line["actor"], line["event"]) for line in lines}
        assert len({line["pid"] for line in lines if line["actor"] == "PairKeeper"}) == 2, "before and after the stop"
        _check_files(tmp_path / "logs", list(system.secrets.values()))


def _check_files(folder: Path, secrets: list[str]) -> None:
    """Every line keeps the schema, no event is without its name, and no secret is among them, also at DEBUG."""
    lines = [line for path in folder.glob("*.jsonl*") for line in path.read_bytes().splitlines()]
    broken = [found for line in lines if (found := problems(LOG_LINE, line))]
    assert broken == []
    found = [orjson.loads(line) for line in lines]
    assert [line["text"] for line in found if line["event"] == "OTHER"] == []
    assert {"debug", "info", "warning"} <= {line["level"] for line in found}
    assert not any(secret.encode() in line for secret in secrets for line in lines)


def test_levels_change_while_the_actors_run(tmp_path: Path) -> None:
    """Those that run and those that start later, until its time is over."""
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"], profit_pct="5") as system:
        system.run()
        assert _levels(system, "PairKeeper", "DEBUG")["changed"][0]["level"] == "DEBUG"
        system.buy("BTCUSDT")
        wait_for("the keeper logs messages", lambda: _handled(system) == {"PairKeeper"})
        before = _pids(system)
        for process in system.processes("PairKeeper"):
            os.kill(process.pid, signal.SIGKILL)
        wait_for("the next keeper does, too", lambda: len(_pids(system)) > len(before))
        assert _levels(system, "PairKeeper", "DEBUG", "--for", "1s")["changed"][0]["until"]
        wait_for("its time is over", lambda: _levels(system)["changed"] == [])
        assert _levels(system, "all", "configured") == {"configured": "INFO", "changed": []}


def test_a_level_reaches_the_launcher_and_the_http_server_and_outlives_a_restart_of_the_latter(tmp_path: Path) -> None:
    """Where all are to log so, or one of them by its name, until its time is over."""
    more = f"web: {{loopback_port: {free_port()}}}\n"
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"], profit_pct="5", more_config=more) as system:
        system.run()
        _levels(system, "web", "DEBUG", "--for", "1h")
        shown = (system.status() or {})["log_levels"]
        assert [(each["actor"], each["level"]) for each in shown] == [("web", "DEBUG")]
        assert "log level web: DEBUG until 2" in system.command("status").stdout
        wait_for("a line of the HTTP server", lambda: len(_pids_at_debug(system, "web")) == 1)
        assert _pids_at_debug(system, "launcher") == set()
        os.kill(system.process("WebServer").pid, signal.SIGKILL)
        wait_for("a line of the next one", lambda: len(_pids_at_debug(system, "web")) == 2)
        _levels(system, "all", "DEBUG", "--for", "1s")
        wait_for("a line of the launcher", lambda: len(_pids_at_debug(system, "launcher")) == 1)
        wait_for("its time is over", lambda: _levels(system)["changed"] == [])


def test_the_level_of_the_configuration_is_taken_over_while_it_runs(tmp_path: Path) -> None:
    """By the actors, by the launcher and by the HTTP server; what was wished beside it stays, and is in the status."""
    more = f"web: {{loopback_port: {free_port()}}}\n"
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"], profit_pct="5", more_config=more) as system:
        system.run()
        _levels(system, "Ledger", "ERROR", "--for", "1h")
        shown = (system.status() or {})["log_levels"]
        assert [(each["actor"], each["level"]) for each in shown] == [("Ledger", "ERROR")]
        assert "log level Ledger: ERROR until 2" in system.command("status").stdout
        system.config.write_text(system.config.read_text().replace("logs:\n", "logs:\n  level: DEBUG\n"))
        done = system.command("config", "reload", "--yes", "--json")
        assert [each["key"] for each in orjson.loads(done.stdout)["in_force"]] == ["logs.level"]
        wait_for("lines of actors", lambda: {"Gateway", "Monitor", "Guardian"} <= _handled(system))
        assert "Ledger" not in _handled(system)
        wait_for("a line of the launcher", lambda: "launcher" in _begun_at_debug(system))
        wait_for("a line of the HTTP server", lambda: "web" in _begun_at_debug(system))


def _begun_at_debug(system: SystemUnderTest) -> set[str]:
    """What processes that are no actors say when they log from DEBUG on."""
    lines = map(orjson.loads, (system.folder / "logs" / "lotkeeper.jsonl").read_bytes().splitlines())
    return {line["actor"] for line in lines if line["level"] == "debug"}


def _pids_at_debug(system: SystemUnderTest, process: str) -> set[int]:
    lines = map(orjson.loads, (system.folder / "logs" / "lotkeeper.jsonl").read_bytes().splitlines())
    return {line["pid"] for line in lines if (line["actor"], line["level"]) == (process, "debug")}


def _levels(system: SystemUnderTest, *words: str) -> dict[str, Any]:
    shown = system.command("log-level", *words, "--json")
    assert shown.returncode == 0, shown.stderr
    found: dict[str, Any] = orjson.loads(shown.stdout)
    return found


def _debug_lines(system: SystemUnderTest) -> list[dict[str, Any]]:
    lines = (system.folder / "logs" / "lotkeeper.jsonl").read_bytes().splitlines()
    return [line for line in map(orjson.loads, lines) if line["event"] == "MESSAGE_HANDLED"]


def _handled(system: SystemUnderTest) -> set[str]:
    return {line["actor"] for line in _debug_lines(system)}


def _pids(system: SystemUnderTest) -> set[int]:
    return {line["pid"] for line in _debug_lines(system)}
