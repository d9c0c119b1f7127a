"""A running service whose answers the test gives."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli import pairs_planned
from cli.commands import (
    adopt,
    alerts,
    buy,
    cancel,
    changes,
    control,
    explain,
    kill_switch,
    orders,
    pairs,
    positions,
    reconcile,
    resolve,
    sell,
    status,
    todo,
    wait,
)
from cli.commands import config as config_command
from persistence.store import Store

Service = Callable[..., list[Any]]


@pytest.fixture
def store(config: Path) -> Iterator[Store]:
    """The database of the configuration."""
    opened = Store.open(f"sqlite:///{config.parent}/lots.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, config: object) -> Service:
    """Takes the answers by the messages' names; an exception is raised instead. Returns the list of what was asked."""

    def start(**answers: Any) -> list[Any]:
        asked: list[Any] = []

        def answer(_config: object, message: Any, _within_s: float = 0.0) -> Any:
            asked.append(message)
            found = answers[type(message).__name__]
            if isinstance(found, Exception):
                raise found
            return found

        lists = (changes, explain, orders, pairs, positions, status, todo, wait)
        hands = (adopt, alerts, buy, cancel, config_command, control, kill_switch, reconcile, resolve, sell)
        for module in (*hands, pairs_planned, *lists):
            monkeypatch.setattr(module, "ask_service", answer)
        return asked

    return start
