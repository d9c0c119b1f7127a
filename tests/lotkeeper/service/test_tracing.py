"""Which actors a trace concerns, and what comes back from them."""

from dataclasses import dataclass, field
from typing import Any

from thespian.actors import ActorAddress

from lotkeeper.engine.inspection.questions import StartTrace, TakeTrace, TracedMessage, TraceTaken
from lotkeeper.engine.inspection.tree import Look
from lotkeeper.service import tracing
from lotkeeper.service.tracing import Tracing, concerned
from tests.lotkeeper.service.actors_seen import actor, address, look


def message(at_ns: int) -> TracedMessage:
    return TracedMessage(at_ns, 0.5, "OrderReported", "Gateway 7", f"at {at_ns}")


@dataclass
class RunningActors:
    """A system that a client is attached to: each actor answers what the test says."""

    looks: list[Look]
    taken: dict[str, list[TraceTaken | None]]  # by name, one after the other; None: no answer
    started: dict[str, StartTrace] = field(default_factory=dict)

    @property
    def root(self) -> ActorAddress:
        return address(10)

    def ask_all(self, addresses: dict[str, ActorAddress], question: Any, _seconds: float) -> dict[str, Any]:
        if isinstance(question, StartTrace):
            self.started.update(dict.fromkeys(addresses, question))
            return {}
        assert isinstance(question, TakeTrace)
        answers = {name: self.taken[name].pop(0) if self.taken.get(name) else TraceTaken() for name in addresses}
        return {name: each for name, each in answers.items() if each is not None}


def begin(system: RunningActors, monkeypatch: Any, words: tuple[str, ...] = ("BTCUSDT",)) -> Tracing:
    monkeypatch.setattr(tracing, "look", lambda *_: system.looks.pop(0))
    return Tracing(system, "BTCUSDT", words, 60.0)  # type: ignore[arg-type]


def test_all_but_the_actors_of_other_pairs_are_concerned():
    keeper = actor(("ETHUSDT",)).place
    found = concerned(look(), "BTCUSDT")
    assert set(found) == {"guardian", "ledger", "BTCUSDT", "BTCUSDT keeper"}
    assert keeper[-1] not in found
    assert "ledger" not in concerned(look(actor(("ledger",), answers=False)), "BTCUSDT")


def test_those_that_serve_all_pairs_note_an_order_id_beside_the_pair_alone(monkeypatch):
    system = RunningActors([look()], {})
    begin(system, monkeypatch, ("BTCUSDT-7", "lk1-7", "7"))
    assert {name: each.beside for name, each in system.started.items()} == {
        "guardian": "BTCUSDT",
        "ledger": "BTCUSDT",
        "BTCUSDT": "",
        "BTCUSDT keeper": "",
    }


def test_what_was_noted_comes_in_the_order_of_time(monkeypatch):
    taken = {"ledger": [TraceTaken((message(3),), 2)], "BTCUSDT keeper": [TraceTaken((message(1), message(5)))]}
    trace = begin(RunningActors([look()], taken), monkeypatch)  # type: ignore[arg-type]
    assert [(step.actor, step.traced.at_ns) for step in trace.take()] == [
        ("BTCUSDT keeper", 1),
        ("ledger", 3),
        ("BTCUSDT keeper", 5),
    ]
    assert trace.dropped == 2
    assert trace.take() == []


def test_an_actor_that_was_started_again_is_traced_again(monkeypatch):
    newer = actor(("BTCUSDT", "BTCUSDT keeper"), seen={"address": address(99), "pid": 99})
    lost = actor(("BTCUSDT", "BTCUSDT keeper"), seen={"address": None, "pid": None}, answers=False)
    looks = [look(), look(lost), look(newer)]
    system = RunningActors(looks, {"BTCUSDT keeper": [None, TraceTaken((message(9),))]})
    trace = begin(system, monkeypatch)
    system.started.clear()
    assert trace.take() == []  # it is not there yet
    assert system.started == {}
    assert trace.take() == []
    assert set(system.started) == {"BTCUSDT keeper"}
    assert [step.traced.at_ns for step in trace.take()] == [9]


def test_it_can_be_stopped(monkeypatch):
    system = RunningActors([look()], {})
    trace = begin(system, monkeypatch)
    assert not trace.is_over
    trace.stop()
    assert {each.seconds for each in system.started.values()} == {0.0}
