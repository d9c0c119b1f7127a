"""`lotkeeper todo`."""

import csv
import io
import json
from datetime import UTC, datetime
from types import SimpleNamespace

from rich.console import Console

from actors.monitor.status import status_document
from cli.views.todo import todo_text
from lotkeeper.trading.halts import Halt
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS


def status(**changes) -> SimpleNamespace:
    return SimpleNamespace(document=status_document(reports.view(**changes), NOW_MS))


def busy() -> SimpleNamespace:
    paused = reports.pair(is_paused=True, pause=Halt(True, NOW_MS - 60_000, who="kim", why="a fork"))
    return status(pairs={"BTCUSDT": paused}, ledger=reports.ledger(trouble="the disk is full"))


def test_an_empty_list_says_so(run, service):
    service(AskStatus=status())
    result = run("todo")
    assert (result.exit_code, result.output) == (0, "nothing needs a person\n")
    assert json.loads(run("todo", "--json").output) == []


def test_each_is_told_with_its_command(run, service):
    service(AskStatus=busy())
    result = run("todo")
    assert result.exit_code == 0
    for part in ("database", "the disk is full", "lotkeeper db check", "paused BTCUSDT", "by kim (a fork)"):
        assert part in result.output
    assert "2 things need a person" in run("status").output


def test_as_json_and_as_rows(run, service):
    service(AskStatus=busy())
    rows = json.loads(run("todo", "--json").output)
    assert [each["kind"] for each in rows] == ["database", "paused"]
    table = list(csv.DictReader(io.StringIO(run("todo", "--csv").output)))
    assert [each["command"] for each in table] == ["lotkeeper db check", "lotkeeper resume BTCUSDT"]
    assert run("todo", "--csv", "--json").exit_code == 2


def test_of_one_pair(run, service):
    service(AskStatus=busy())
    assert [each["kind"] for each in json.loads(run("todo", "--pair", "btcusdt", "--json").output)] == ["paused"]
    unknown = run("todo", "--pair", "BTCUSD")
    assert (unknown.exit_code, "BTCUSD is not a configured pair" in unknown.stderr) == (1, True)


def test_how_long_it_has_been_so():
    rows = busy().document["todo"]
    console = Console(file=io.StringIO(), width=100)
    console.print(todo_text(rows, datetime.fromtimestamp(NOW_MS / 1000 + 3600, UTC)))
    text = console.file.getvalue()
    assert "paused BTCUSDT  since 2023-11-14 22:12:20 UTC, 1 h 1 m" in text
