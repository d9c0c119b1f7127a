"""`lotkeeper top`."""

import json
from contextlib import contextmanager

import pytest

from cli.commands import top
from lotkeeper.engine.inspection import tree
from tests.lotkeeper.service.actors_seen import actor, death, look, times


@pytest.fixture
def looks(config, monkeypatch):
    """The looks at a running system."""
    work = (times("RecordLots", 3, 1.5, 9.0),)
    found = [
        look(at=100.0),
        look(actor(("ledger",), handled=150, handlers=work), actor((), deaths=(death(),)), at=102.0),
    ]

    @contextmanager
    def connected(_config):
        yield "the system"

    monkeypatch.setattr(top, "connect", connected)
    monkeypatch.setattr(tree, "look", lambda *_: found.pop(0))
    monkeypatch.setattr(top, "_FIRST_LOOKS_APART_S", 0.0)
    return found


def test_once_for_people(run, looks):
    result = run("top", "--once")
    assert result.exit_code == 0
    assert any(line.split()[:2] == ["BTCUSDT", "keeper"] for line in result.output.splitlines())
    assert "was killed by SIGKILL" in result.output
    assert "\x1b" not in result.output
    assert looks == []


def test_the_handlers_on_demand(run, looks):
    assert "RecordLots" in run("top", "--once", "--handlers").output


def test_one_document_for_programs(run, looks):
    found = json.loads(run("top", "--json").stdout)
    assert set(found) == {"actors", "deaths", "dead_letters"}
    ledger = next(each for each in found["actors"] if each["name"] == "ledger")
    assert ledger["per_second"] == 25.0
