"""A look at a running system from another endpoint: all actors, also those that do not answer."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from lotkeeper.engine.inspection.questions import StartTrace, TakeTrace
from lotkeeper.engine.inspection.tree import Look, SeenActor, look
from lotkeeper.engine.service import AttachedSystem, RunningSystem, attach, start
from tests.lotkeeper.engine.actors import Begin, ForwardToChild, GetStarts, ParentActor, SuperviseChild
from tests.lotkeeper.engine.conftest import wait_for
from tests.lotkeeper.engine.messages import Echo, Hang, Lethal

pytestmark = pytest.mark.e2e


@pytest.fixture
def parent(directory: Path, no_children_left: None) -> Iterator[RunningSystem]:
    with start(directory, ParentActor, Begin()) as system:
        for key in ("a", "b"):
            system.send(SuperviseChild(key, hang_timeout_s=60.0))
        wait_for(lambda: len(system.ask(GetStarts(), 20)[0]) == 2)
        yield system


@pytest.fixture
def client(parent: RunningSystem, directory: Path) -> Iterator[AttachedSystem]:
    with attach(directory) as attached:
        yield attached


def child(seen: Look, key: str) -> SeenActor:
    return next(each for each in seen.actors if each.place == (key,))


def test_the_tree_with_the_children_after_their_supervisor(parent: RunningSystem, client: AttachedSystem):
    found = look(client, 10.0, 5.0)
    assert [each.place for each in found.actors] == [(), ("a",), ("b",)]
    root, a, _ = found.actors
    assert root.vitals is not None
    assert a.vitals is not None
    assert a.child is not None
    assert (root.vitals.actor, a.vitals.actor) == ("ParentActor", "SupervisedActor")
    assert a.vitals.pid == a.child.pid != root.vitals.pid
    assert parent.ask(ForwardToChild("a", Echo("work")), 10) == "work"
    again = child(look(client, 10.0, 5.0), "a").vitals
    assert again is not None
    assert again.handled > a.vitals.handled
    assert "Echo" in {each.message for each in again.handlers}


def test_who_does_not_answer_is_seen_by_its_supervisor(parent: RunningSystem, client: AttachedSystem):
    pid = child(look(client, 0.0, 5.0), "a").child.pid  # type: ignore[union-attr]
    parent.send(ForwardToChild("a", Hang(30)))
    parent.send(ForwardToChild("a", Echo("waits")))

    def hung() -> SeenActor | None:
        seen = child(look(client, 0.0, 0.2), "a")
        return seen if seen.child is not None and seen.child.in_hand == "Hang" else None

    stuck = wait_for(hung)
    assert isinstance(stuck, SeenActor)
    assert stuck.vitals is None
    assert stuck.child is not None
    assert not stuck.child.is_waiting
    root = look(client, 0.0, 0.2).actors[0].vitals
    assert root is not None
    boxes = [box for box in root.mailboxes if box.path.partition(f"a{pid}-")[1]]
    assert [box.unhandled >= 2 for box in boxes] == [True]
    os.kill(pid, signal.SIGKILL)


def test_a_killed_actor_is_among_the_deaths_and_its_mail_among_the_dead_letters(
    parent: RunningSystem, client: AttachedSystem
):
    pid = child(look(client, 0.0, 5.0), "a").child.pid  # type: ignore[union-attr]
    os.kill(pid, signal.SIGSTOP)
    parent.send(ForwardToChild("a", Lethal("")))
    wait_for(lambda: look(client, 0.0, 0.2).actors[0].vitals.mailboxes)  # type: ignore[union-attr]
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: look(client, 0.0, 5.0).letters.counts.get("Lethal"))
    wait_for(lambda: look(client, 0.0, 5.0).actors[0].vitals.deaths)  # type: ignore[union-attr]
    found = look(client, 0.0, 5.0)
    assert found.actors[0].vitals is not None
    (death,) = found.actors[0].vitals.deaths
    assert (death.key, death.pid, death.how) == ("a", pid, "was killed by SIGKILL")
    assert f"a{pid}-" in found.letters.last[-1].path


def test_a_trace_is_switched_on_and_taken_from_outside(parent: RunningSystem, client: AttachedSystem):
    found = {"/".join(each.place): each.address for each in look(client, 0.0, 5.0).actors if each.address is not None}
    client.ask_all(found, StartTrace(("needle",), 60.0), 5.0)
    assert parent.ask(ForwardToChild("a", Echo("a needle")), 10) == "a needle"
    assert parent.ask(ForwardToChild("a", Echo("hay")), 10) == "hay"
    taken = client.ask_all(found, TakeTrace(), 5.0)
    assert [each.message for each in taken["a"].messages] == ["Echo"]
    assert "a needle" in taken["a"].messages[0].text
    assert [each.message for each in taken[""].messages] == ["ForwardToChild"]
    assert taken["b"].messages == ()
