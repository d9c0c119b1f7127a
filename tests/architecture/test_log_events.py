"""Each line of the log has a name: whoever logs says which event it is."""

import ast
from pathlib import Path

import pytest

from lotkeeper.engine.log_events import EVENT_FIELD as ENGINES
from lotkeeper.engine.log_events import EngineEvent
from lotkeeper.trading.journal import DecisionKind
from lotkeeper.trading.log_events import EVENT_FIELD, LogEvent

ROOT = Path(__file__).parents[2]
PACKAGES = ("lotkeeper", "actors", "messages", "persistence", "cli")
METHODS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
LINES = {"info", "warning", "error", "lot_event"}  # of a keeper
BEFORE_EVENT = {"info": 1, "warning": 1, "error": 1, "lot_event": 3}


def is_logging(method: ast.AST) -> bool:
    """Such as `self.log.warning`."""
    if not isinstance(method, ast.Attribute) or method.attr not in METHODS:
        return False
    owner = method.value
    name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
    return name.lstrip("_") in {"log", "logger"} or "getLogger" in ast.unparse(owner)


def unnamed(text: str) -> list[int]:
    """The lines of the code that log without an event."""
    nodes = list(ast.walk(ast.parse(text)))
    calls = [each for each in nodes if isinstance(each, ast.Call)]
    good = {id(each.func) for each in calls if "extra" in {keyword.arg for keyword in each.keywords}}
    return sorted(each.lineno for each in nodes if is_logging(each) and id(each) not in good)  # type: ignore[attr-defined]


@pytest.mark.parametrize("package", PACKAGES)
def test_whoever_logs_names_the_event(package: str) -> None:
    found = [f"{path}:{line}" for path in (ROOT / package).rglob("*.py") for line in unnamed(path.read_text())]
    assert found == []


def test_a_keepers_line_has_an_event_unless_it_tells_of_a_decision() -> None:
    """Such a line is put into a variable first, and has the name of the decision."""
    found = [
        f"{path}:{each.lineno}"
        for path in (ROOT / "actors/pair_keeper").glob("*.py")
        for yielded in ast.walk(ast.parse(path.read_text()))
        if isinstance(yielded, ast.Yield) and isinstance(each := yielded.value, ast.Call)
        if isinstance(each.func, ast.Name) and each.func.id in LINES and len(each.args) <= BEFORE_EVENT[each.func.id]
    ]
    assert found == []


def test_a_call_without_an_event_is_found() -> None:
    assert unnamed('self.log.warning("%s", text)\nlog.error("x", extra=named(X))\nmath.log(5)\nx = log.info') == [1, 4]


def test_the_names_of_events_are_those_of_one_thing_each() -> None:
    assert set(EngineEvent) & set(LogEvent) == set()
    assert set(LogEvent) & set(DecisionKind) == set()
    assert ENGINES == EVENT_FIELD
    assert all(each.meaning for each in (*EngineEvent, *LogEvent))
