"""Supervision of real processes: hung ones, and messages that kill."""

import faulthandler
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from lotkeeper.engine.errors import AskFailedError
from lotkeeper.engine.service import RunningSystem, start
from lotkeeper.engine.supervision import supervisor
from tests.lotkeeper.engine.actors import Begin, ForwardToChild, GetStarts, GetStatuses, ParentActor, SuperviseChild
from tests.lotkeeper.engine.conftest import living, wait_for
from tests.lotkeeper.engine.messages import Echo, Lethal

pytestmark = pytest.mark.e2e


@pytest.fixture
def parent(directory: Path, no_children_left: None, monkeypatch: pytest.MonkeyPatch):
    """A supervisor that checks ten times a second whether its children hang."""
    monkeypatch.setattr(supervisor, "_CHECK_EVERY", 0.1)  # before the fork, so for all
    with start(directory, ParentActor, Begin(), on_process_start=lambda _: faulthandler.disable()) as system:
        yield system


def started(system: RunningSystem, key: str, starts: int) -> Any:
    def newest() -> Any:
        found = [each for each in system.ask(GetStarts(), 20)[0] if each.key == key]
        return found[-1] if len(found) >= starts else None

    return wait_for(newest)


@pytest.mark.parametrize("how", ["stopped while idle", "handler without end"])
def test_a_hung_actor_is_found_killed_and_started_again(parent: RunningSystem, how: str):
    parent.send(SuperviseChild("a", hang_timeout_s=0.5))
    parent.send(SuperviseChild("b", hang_timeout_s=0.5))
    hung, lively = started(parent, "a", 1), started(parent, "b", 1)
    if how == "stopped while idle":
        os.kill(hung.pid, signal.SIGSTOP)
    else:
        parent.send(ForwardToChild("a", Lethal("hang")))
    assert started(parent, "a", 2).incarnation > hung.incarnation
    assert living([hung.pid, lively.pid]) == [lively.pid]
    assert parent.ask(ForwardToChild("a", Echo("well")), 10) == "well"


def test_an_actor_that_is_busy_with_many_messages_is_not_hung(parent: RunningSystem):
    parent.send(SuperviseChild("a", hang_timeout_s=0.5))
    busy = started(parent, "a", 1)
    for _ in range(60):
        parent.send(ForwardToChild("a", Lethal("", spared_by=__file__)))  # nothing happens
        parent.send(ForwardToChild("a", Echo("x" * 1_000_000)))
    assert parent.ask(ForwardToChild("a", Echo("done")), 30) == "done"
    assert living([busy.pid])


@pytest.mark.parametrize("how", ["SIGSEGV", "SIGKILL", "hang"])
def test_a_message_that_kills_twice_is_quarantined_and_the_rest_goes_on(parent: RunningSystem, how: str):
    parent.send(SuperviseChild("a", restarts=100, hang_timeout_s=0.5))
    for start_number in (1, 2):
        started(parent, "a", start_number)
        parent.send(ForwardToChild("a", Lethal(how)))
    started(parent, "a", 3)
    with pytest.raises(AskFailedError, match="quarantined"):
        parent.ask(ForwardToChild("a", Lethal(how)), 10)
    parent.send(ForwardToChild("a", Lethal(how)))
    assert parent.ask(ForwardToChild("a", Echo("well")), 10) == "well"
    (status,) = parent.ask(GetStatuses(), 10)
    assert status.restarts == 2
    assert status.quarantined == (repr(Lethal(how)),)


def test_a_message_that_killed_once_and_then_did_not_is_no_suspect_any_more(parent: RunningSystem, tmp_path: Path):
    parent.send(SuperviseChild("a", restarts=100))
    spared_by = tmp_path / "spared"
    message = Lethal("SIGKILL", str(spared_by))
    for start_number in (1, 2, 3):
        started(parent, "a", start_number)
        parent.send(ForwardToChild("a", message))
        started(parent, "a", start_number + 1)
        spared_by.touch()
        parent.send(ForwardToChild("a", message))
        assert parent.ask(ForwardToChild("a", Echo("well")), 10) == "well"
        spared_by.unlink()
    assert parent.ask(GetStatuses(), 10)[0].quarantined == ()
