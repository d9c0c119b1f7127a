"""What has to hold for every actor, whatever it does. Each function raises AssertionError where it does not."""

from dataclasses import dataclass
from typing import Any

from thespian.actors import ActorExitRequest

from lotkeeper.engine.actor import EngineActor
from lotkeeper.engine.asking import Ping, Pong
from lotkeeper.engine.testkit.bench import ActorBench


@dataclass(frozen=True, slots=True)
class Gibberish:
    """A message that no actor knows."""

    text: str = "xyzzy"


class _RecordingBench:
    """An actor on a bench that records what the actor complains about."""

    def __init__(self, actor_class: type[EngineActor]) -> None:
        self.unknown: list[Any] = []
        self.failed: list[Exception] = []
        self.bench = ActorBench(actor_class, tolerant=True)
        actor: Any = self.bench.actor
        actor.on_unknown = lambda message, sender: self.unknown.append(message)
        actor.on_failure = lambda message, error: self.failed.append(error)


def check_unknown_message(actor_class: type[EngineActor]) -> None:
    """An actor reports a message that it does not know, does nothing else, and goes on."""
    recording = _RecordingBench(actor_class)
    recording.bench.tell(Gibberish())
    assert recording.unknown == [Gibberish()], f"{actor_class.__name__} handles what it cannot know"
    assert not recording.failed, f"{actor_class.__name__} fails on a message that it does not know"
    _check_alive(recording.bench)


def check_failing_handler(actor_class: type[EngineActor], message: object) -> None:
    """When the handler of `message` fails, `on_failure` is called and the actor goes on."""
    recording = _RecordingBench(actor_class)
    fault = RuntimeError("a fault in a handler")

    def fail(*_: object) -> None:
        raise fault

    setattr(recording.bench.actor, actor_class._handlers[type(message)], fail)
    recording.bench.tell(message)
    assert recording.failed == [fault], f"{actor_class.__name__} does not report its fault"
    _check_alive(recording.bench)


def check_without_answers(actor_class: type[EngineActor], first: object | None, seconds: float = 61.0) -> None:
    """When nobody answers, the actor goes on, and it ends when it is asked to."""
    bench = ActorBench(actor_class)
    if first is not None:
        bench.tell(first)
    bench.advance(seconds)
    _check_alive(bench)
    bench.tell(ActorExitRequest())
    assert bench.exited, f"{actor_class.__name__} does not end"


def _check_alive(bench: ActorBench[Any]) -> None:
    assert not bench.exited, f"{type(bench.actor).__name__} has ended"
    assert bench.ask(Ping()) == Pong(), f"{type(bench.actor).__name__} does not handle messages any more"
