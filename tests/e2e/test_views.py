"""What an operator watches, against a service that trades on the embedded exchange."""

import os
import pty
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import ROOT, WITHIN_S, SystemUnderTest

pytestmark = pytest.mark.e2e
DEEP = ["--symbol", "BTCUSDT", "--symbol", "ETHUSDT", "--depth", "100000"]  # one trade fills a BUY


class Watching:
    """A command that goes on until Ctrl-C, and what it has printed so far."""

    def __init__(self, process: subprocess.Popen[bytes], output: Path) -> None:
        self._process, self._output = process, output

    def lines(self) -> list[str]:
        return self._output.read_text().splitlines()

    def has(self, *words: str) -> bool:
        return any(all(word in line for word in words) for line in self.lines())

    def end(self) -> int:
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(WITHIN_S)


@contextmanager
def watching(system: SystemUnderTest, *words: str) -> Iterator[Watching]:
    output = system.folder / f"{words[0]}.txt"
    command = [sys.executable, "-m", "cli.main", *words, "--config", str(system.config)]
    with (
        output.open("wb") as file,
        subprocess.Popen(command, stdout=file, stderr=file, env=system.service.environment(), cwd=ROOT) as process,
    ):
        try:
            yield Watching(process, output)
        finally:
            process.kill()


def test_what_happens_is_seen_while_it_happens(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, DEEP, profit_pct="0.5") as system:
        system.run()
        with (
            watching(system, "positions", "--watch") as lots,
            watching(system, "status", "--watch") as status,
            watching(system, "logs", "--follow", "--level", "info", "--lines", "0") as log,
        ):
            wait_for("the first look", lambda: status.has("lotkeeper ok") and lots.has("0 lots are open"))
            first = system.buy("BTCUSDT")
            wait_for("the log has it", lambda: log.has(f"BTCUSDT-{first}"))
            _rotate(system)
            second = system.buy("ETHUSDT")
            name = f"ETHUSDT-{second}"
            wait_for("it is told", lambda: lots.has(name, "bought") and lots.has(name, "SELL placed"))
            wait_for("the log has it after a rotation", lambda: log.has(name))
            assert (lots.end(), status.end(), log.end()) == (0, 0, 0)
            assert not any("\x1b" in line for each in (lots, status, log) for line in each.lines())
        _check_report(system, f"BTCUSDT-{first}")
        _check_terminal(system)


def _rotate(system: SystemUnderTest) -> None:
    """As logrotate does."""
    os.rename(system.folder / "logs" / "lotkeeper.jsonl", system.folder / "logs" / "lotkeeper.jsonl.1")


def _check_report(system: SystemUnderTest, lot: str) -> None:
    file = system.folder / "report.tar.gz"
    made = system.command("bugreport", "--output", str(file), "--json")
    assert made.returncode == 0, made.stderr
    with tarfile.open(file) as archive:
        found = {each.name.rpartition("/")[2]: archive.extractfile(each).read() for each in archive}  # type: ignore[union-attr]
    assert orjson.loads(found["status.json"])["health"] == "ok"
    assert orjson.loads(found["database.json"])["rows"]["lots"] == 2
    assert lot.encode() in found["log.jsonl"]
    assert "ledger" in {each["name"] for each in orjson.loads(found["actors.json"])["actors"]}
    secrets = [value.encode() for value in system.secrets.values()]
    assert not any(secret in text for secret in secrets for text in (*found.values(), file.read_bytes()))


def _check_terminal(system: SystemUnderTest) -> None:
    """On a terminal the lots are shown in place."""
    ours, theirs = pty.openpty()
    environment = {**system.service.environment(), "COLUMNS": "80", "LINES": "24", "TERM": "xterm"}
    command = [sys.executable, "-m", "cli.main", "positions", "--watch", "--config", str(system.config)]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=ROOT) as process:
        os.close(theirs)
        shown = b""
        while b"the nearest first" not in shown:
            shown += os.read(ours, 65536)
        process.send_signal(signal.SIGINT)
        assert process.wait(WITHIN_S) == 0
    os.close(ours)
    assert b"ETHUSDT-" in shown


def test_the_running_actors_are_seen_with_their_deaths_and_the_messages_of_a_lot(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, DEEP, profit_pct="0.5") as system:
        system.run()
        with watching(system, "trace", "BTCUSDT", "--seconds", "600") as trace:
            wait_for("the trace is on", lambda: trace.has("tracing BTCUSDT in"))
            first = system.buy("BTCUSDT")
            system.buy("ETHUSDT")
            wait_for("the BUY is traced", lambda: trace.has("BTCUSDT keeper", "OrderReported", str(first)))
            wait_for("its SELL is traced", lambda: trace.has("gateway", "PlaceSellOrder"))
            _kill_the_keeper(system)
            _buy_until_traced(system, trace)
            assert trace.end() == 0
            assert not trace.has("ETHUSDT keeper")
            assert not any(secret in line for secret in system.secrets.values() for line in trace.lines())
        found = orjson.loads(system.command("top", "--json").stdout)
        _check_actors(found)
        table = system.command("top", "--once", "--handlers").stdout
        assert "BTCUSDT keeper" in table
        assert "was killed by SIGKILL" in table


def _buy_until_traced(system: SystemUnderTest, trace: Watching) -> None:
    """The next keeper is found by the trace in a moment that is not told; until then it handles BUYs untraced."""
    lots: list[int] = []
    for _ in range(60):
        lots.append(system.buy("BTCUSDT"))
        wait_for("its SELL", lambda: system.sells_of("BTCUSDT", lots[-1]))
        time.sleep(0.5)  # as often as a trace is taken
        if any(trace.has("BTCUSDT keeper", "OrderReported", str(lot)) for lot in lots):
            return
    raise AssertionError("the next keeper is not traced")


def _kill_the_keeper(system: SystemUnderTest) -> None:
    found = orjson.loads(system.command("top", "--json").stdout)
    os.kill(next(each["pid"] for each in found["actors"] if each["name"] == "BTCUSDT keeper"), signal.SIGKILL)
    wait_for("it is gone", lambda: "BTCUSDT keeper" in ((system.status() or {}).get("restarts") or {}))


def _check_actors(found: dict[str, Any]) -> None:
    actors = {each["name"]: each for each in found["actors"]}
    assert {"guardian", "ledger", "gateway", "user stream", "BTCUSDT keeper", "ETHUSDT keeper"} <= set(actors)
    assert all(each["state"] in {"idle", "busy"} for each in actors.values())
    assert all(each["per_second"] is not None and each["pid"] for each in actors.values())
    assert sum(each["restarts"] for each in actors.values()) == 1
    (death,) = found["deaths"]
    assert (death["how"], actors[death["name"]]["restarts"]) == ("was killed by SIGKILL", 1)
