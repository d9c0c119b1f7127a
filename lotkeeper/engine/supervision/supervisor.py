"""An actor that keeps its children alive, as far as restarting helps."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from thespian.actors import ActorAddress, ActorExitRequest, ChildActorExited

from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.engine.supervision.restarting import (
    Backoff,
    Decision,
    GiveUp,
    History,
    Intensity,
    RestartAfter,
    RestartNow,
    decide,
)

__all__ = [
    "Backoff",
    "ChildSpec",
    "GiveUp",
    "Intensity",
    "RestartAfter",
    "RestartNow",
    "Supervisor",
    "decide",
]


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """A child to keep alive: its name among the supervisor's children, its class and how it begins.

    `start(incarnation)` makes the first message of each new life; state is not carried over from the last one.
    """

    key: str
    actor: type
    start: Callable[[int], object]
    intensity: Intensity = field(default_factory=Intensity)
    backoff: Backoff = field(default_factory=Backoff)


@dataclass(slots=True)
class _Child:
    spec: ChildSpec
    address: ActorAddress | None = None
    incarnation: int = 0
    started_at: float = 0.0
    history: History = field(default_factory=History)


@dataclass(frozen=True, slots=True)
class _Restart:
    key: str
    after: int


class Supervisor(EngineActor):
    """Starts children, starts them again when they die, and gives up aloud.

    Every life of a child has an incarnation number, higher than that of any life before it, also of those under an
    earlier life of this supervisor: who holds a lower one is a ghost.
    """

    def __init__(self) -> None:
        super().__init__()
        self._children: dict[str, _Child] = {}

    # What a subclass may override

    def on_child_started(self, key: str, address: ActorAddress, incarnation: int) -> None:
        """A child was created and its first message sent."""

    def on_child_lost(self, key: str) -> None:
        """A child has died; it is started again, if at all, after this."""

    def on_gave_up(self, key: str, reason: str) -> None:
        """Restarting `key` does not help: ends this actor, so that its own supervisor acts."""
        self.log.error("gave up on %s: it %s", key, reason)
        self.exit()

    # What a subclass uses

    def supervise(self, spec: ChildSpec) -> None:
        """Starts a child and keeps it alive; ValueError when the key is taken."""
        if spec.key in self._children:
            raise ValueError(f"{spec.key!r} is supervised already")
        self._children[spec.key] = _Child(spec)
        self._start(self._children[spec.key])

    def dismiss(self, key: str) -> None:
        """Ends a child for good; nothing happens when there is none of that key."""
        child = self._children.pop(key, None)
        if child is not None and child.address is not None:
            self.send(child.address, ActorExitRequest())

    def child(self, key: str) -> ActorAddress | None:
        """Where the living child is; None while it is dead or when there is none."""
        child = self._children.get(key)
        return child.address if child else None

    def incarnation(self, key: str) -> int:
        """The number of the child's newest life; KeyError when there is none of that key."""
        return self._children[key].incarnation

    def children_by_key(self) -> dict[str, ActorAddress]:
        """The living children."""
        return {key: child.address for key, child in self._children.items() if child.address is not None}

    # The work

    @handles(ChildActorExited)
    def _child_exited(self, message: ChildActorExited, sender: Sender) -> None:
        # Thespian may tell of one death twice, and of a child that was dismissed or replaced long ago. The children of
        # a supervisor that ends are ended with it.
        if self._is_ending:
            return
        for child in list(self._children.values()):
            if child.address is not None and child.address == message.childAddress:
                self._lost(child)
                return

    def _lost(self, child: _Child) -> None:
        child.address = None
        spec, now = child.spec, self.monotonic()
        child.history = child.history.after_death(child.started_at, now, spec.intensity, spec.backoff)
        decision = decide(child.history, spec.intensity, spec.backoff, random.random())
        self.log.warning("lost %s (incarnation %d): %s", spec.key, child.incarnation, decision)
        try:
            self.on_child_lost(spec.key)
        finally:
            self._follow(child, decision)

    def _follow(self, child: _Child, decision: Decision) -> None:
        match decision:
            case RestartNow():
                self._start(child)
            case RestartAfter(seconds):
                self.wake_in(seconds, _Restart(child.spec.key, child.incarnation))
            case GiveUp(reason):
                del self._children[child.spec.key]
                self.on_gave_up(child.spec.key, reason)

    def _woken(self, payload: Any) -> None:
        if not isinstance(payload, _Restart):
            super()._woken(payload)
            return
        child = self._children.get(payload.key)
        if child is not None and child.address is None and child.incarnation == payload.after and not self._is_ending:
            self._start(child)

    def _start(self, child: _Child) -> None:
        spec = child.spec
        child.incarnation = max(child.incarnation + 1, self.wall_ns())
        child.started_at = self.monotonic()
        try:
            first = spec.start(child.incarnation)
        except Exception as error:
            self.on_failure(spec, error)
            self._lost(child)
            return
        child.address = self.createActor(spec.actor)
        self.send(child.address, first)
        self.on_child_started(spec.key, child.address, child.incarnation)
