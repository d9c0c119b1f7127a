"""What has to hold for every actor, whatever it does; each function raises AssertionError where it does not."""

from dataclasses import dataclass
from typing import Any

from thespian.actors import ActorExitRequest

from lotkeeper.engine.actor import EngineActor
from lotkeeper.engine.actor.pinging import Ping, Pong
from lotkeeper.engine.testkit.desk import ActorBench


@dataclass(frozen=True, slots=True)
class Gibberish:
    """A message that no actor knows."""

    words: str = "xyzzy"


class _Noted:
    """An actor on a desk, whose complaints are noted."""

    def __init__(self, actor_class: type[EngineActor]) -> None:
        self.unknown: list[Any] = []
        self.failed: list[Exception] = []
        self.desk = ActorBench(actor_class, tolerant=True)
        actor: Any = self.desk.actor
        actor.on_unknown = lambda message, sender: self.unknown.append(message)
        actor.on_failure = lambda message, error: self.failed.append(error)


def takes_what_it_does_not_know(actor_class: type[EngineActor]) -> None:
    """An unknown message is complained of, and the actor lives on, doing nothing."""
    noted = _Noted(actor_class)
    noted.desk.tell(Gibberish())
    assert noted.unknown == [Gibberish()], f"{actor_class.__name__} handles what it cannot know"
    assert not noted.failed, f"{actor_class.__name__} fails on what it does not know"
    _lives(noted.desk)


def survives_a_fault_of_its_own(actor_class: type[EngineActor], message: object) -> None:
    """A handler (that of `message`) may fail: the actor is asked to deal with it, and lives on."""
    noted = _Noted(actor_class)
    fault = RuntimeError("a fault in a handler")

    def fail(*_: object) -> None:
        raise fault

    setattr(noted.desk.actor, actor_class._handlers[type(message)], fail)
    noted.desk.tell(message)
    assert noted.failed == [fault], f"{actor_class.__name__} does not tell of its fault"
    _lives(noted.desk)


def lives_alone_and_ends_when_told(actor_class: type[EngineActor], first: object | None, seconds: float = 61.0) -> None:
    """With nobody to answer it, it goes on, and ends when it is asked to."""
    desk = ActorBench(actor_class)
    if first is not None:
        desk.tell(first)
    desk.advance(seconds)
    _lives(desk)
    desk.tell(ActorExitRequest())
    assert desk.exited, f"{actor_class.__name__} does not end"


def _lives(desk: ActorBench[Any]) -> None:
    assert not desk.exited, f"{type(desk.actor).__name__} has ended"
    assert desk.ask(Ping()) == Pong(), f"{type(desk.actor).__name__} handles nothing any more"
