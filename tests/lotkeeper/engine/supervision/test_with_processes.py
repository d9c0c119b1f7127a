"""Supervision of real processes: those that hang, and messages that kill."""

import faulthandler
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from lotkeeper.engine.errors import AskFailedError
from lotkeeper.engine.service import RunningSystem, start
from lotkeeper.engine.supervision import supervisor
from tests.lotkeeper.engine.conftest import living, wait_for
from tests.lotkeeper.engine.crew import Begin, HandOn, Kin, Lives, Parent, Raise
from tests.lotkeeper.engine.words import Echo, Lethal

pytestmark = pytest.mark.e2e


@pytest.fixture
def parent(directory: Path, no_children_left: None, monkeypatch: pytest.MonkeyPatch):
    """A supervisor that looks at its children's pulses ten times a second."""
    monkeypatch.setattr(supervisor, "_FEEL_EVERY", 0.1)  # before the fork, so for all
    with start(directory, Parent, Begin(), on_process_start=lambda _: faulthandler.disable()) as system:
        yield system


def started(system: RunningSystem, key: str, lives: int) -> Any:
    def newest() -> Any:
        found = [each for each in system.ask(Kin(), 20)[0] if each.key == key]
        return found[-1] if len(found) >= lives else None

    return wait_for(newest)


@pytest.mark.parametrize("how", ["stopped while idle", "handler without end"])
def test_a_hung_actor_is_found_killed_and_started_again(parent: RunningSystem, how: str):
    parent.tell(Raise("a", patience=0.5))
    parent.tell(Raise("b", patience=0.5))
    hung, lively = started(parent, "a", 1), started(parent, "b", 1)
    if how == "stopped while idle":
        os.kill(hung.pid, signal.SIGSTOP)
    else:
        parent.tell(HandOn("a", Lethal("hang")))
    assert started(parent, "a", 2).incarnation > hung.incarnation
    assert living([hung.pid, lively.pid]) == [lively.pid]
    assert parent.ask(HandOn("a", Echo("well")), 10) == "well"


def test_an_actor_that_is_busy_with_many_messages_is_not_hung(parent: RunningSystem):
    parent.tell(Raise("a", patience=0.5))
    busy = started(parent, "a", 1)
    for _ in range(60):
        parent.tell(HandOn("a", Lethal("", spared_by=__file__)))  # nothing happens
        parent.tell(HandOn("a", Echo("x" * 1_000_000)))
    assert parent.ask(HandOn("a", Echo("done")), 30) == "done"
    assert living([busy.pid])


@pytest.mark.parametrize("how", ["SIGSEGV", "SIGKILL", "hang"])
def test_a_message_that_kills_twice_is_quarantined_and_the_rest_goes_on(parent: RunningSystem, how: str):
    parent.tell(Raise("a", restarts=100, patience=0.5))
    for life in (1, 2):
        started(parent, "a", life)
        parent.tell(HandOn("a", Lethal(how)))
    started(parent, "a", 3)
    with pytest.raises(AskFailedError, match="quarantined"):
        parent.ask(HandOn("a", Lethal(how)), 10)
    parent.tell(HandOn("a", Lethal(how)))
    assert parent.ask(HandOn("a", Echo("well")), 10) == "well"
    (life,) = parent.ask(Lives(), 10)
    assert life.restarts == 2
    assert life.quarantined == (repr(Lethal(how)),)


def test_a_message_that_killed_once_and_then_did_not_is_no_suspect_any_more(parent: RunningSystem, tmp_path: Path):
    parent.tell(Raise("a", restarts=100))
    spared_by = tmp_path / "spared"
    message = Lethal("SIGKILL", str(spared_by))
    for life in (1, 2, 3):
        started(parent, "a", life)
        parent.tell(HandOn("a", message))
        started(parent, "a", life + 1)
        spared_by.touch()
        parent.tell(HandOn("a", message))
        assert parent.ask(HandOn("a", Echo("well")), 10) == "well"
        spared_by.unlink()
    assert parent.ask(Lives(), 10)[0].quarantined == ()
