"""Asking the running service: what it refuses, and what is no answer, are errors with an exit code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from lotkeeper.config import Config
from lotkeeper.engine import service as engine
from lotkeeper.engine.errors import EngineError, NotRunningError, OtherLabelError, SystemGoneError
from lotkeeper.service.client import ask_service, connect, is_running
from lotkeeper.service.errors import ServiceError, ServiceNotRunningError
from lotkeeper.version import ENGINE_LABEL
from messages.control import AskStatus, CommandRefused, StatusReported

CONFIG = Config.model_validate({"pairs": {"BTCUSDT": {}}})


class AnsweringSystem:
    def __init__(self, answer: object) -> None:
        self._answer = answer

    def ask(self, message: object, within_s: float) -> object:
        return self._answer


def attach_to(monkeypatch: pytest.MonkeyPatch, found: object) -> list[Any]:
    """`found` is the answer of the system, or the error of attaching to it. Returns the labels that were asked for."""
    labels: list[Any] = []

    @contextmanager
    def attach(_runtime_dir: object, label: str | None) -> Iterator[AnsweringSystem]:
        labels.append(label)
        if isinstance(found, Exception):
            raise found
        yield AnsweringSystem(found)

    monkeypatch.setattr(engine, "attach", attach)
    return labels


def test_the_answer(monkeypatch):
    labels = attach_to(monkeypatch, StatusReported({"health": "ok"}))
    assert ask_service(CONFIG, AskStatus()) == StatusReported({"health": "ok"})
    assert labels == [ENGINE_LABEL]


def test_a_refusal_is_an_error(monkeypatch):
    attach_to(monkeypatch, CommandRefused("not a configured pair"))
    with pytest.raises(ServiceError, match="not a configured pair") as refused:
        ask_service(CONFIG, AskStatus())
    assert refused.value.exit_code == 1


@pytest.mark.parametrize(
    ("cause", "error", "exit_code"),
    [
        (NotRunningError("nothing there"), ServiceNotRunningError, 3),
        (SystemGoneError("gone"), ServiceNotRunningError, 3),
        (EngineError("no answer"), ServiceError, 1),
        (OtherLabelError("another version runs"), ServiceError, 1),
    ],
)
def test_without_an_answer_the_error_says_why(monkeypatch, cause, error, exit_code):
    attach_to(monkeypatch, cause)
    with pytest.raises(error, match=str(cause)) as raised, connect(CONFIG):
        pass
    assert (type(raised.value), raised.value.exit_code) == (error, exit_code)


def test_any_version_may_be_allowed(monkeypatch):
    labels = attach_to(monkeypatch, None)
    assert is_running(CONFIG)
    assert labels == [None]


def test_what_does_not_run_is_not_running(monkeypatch):
    attach_to(monkeypatch, NotRunningError("nothing there"))
    assert not is_running(CONFIG)
