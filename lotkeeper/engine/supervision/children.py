"""A supervisor's children: their phases and addresses, and what has to be done after each event. No clock, no actor.

Every phase of a child, and what leads from one to the other:

    WAITING   to be started, now or later    --started-->           RUNNING
    RUNNING   has a process                  --died-->              WAITING, with a back-off (or GIVEN_UP)
                                             --dismissed-->         ENDING
    ENDING    asked to end for good          --died-->              forgotten
    GIVEN_UP  restarting does not help       --time is over-->      WAITING
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from thespian.actors import ActorAddress

from lotkeeper.engine.supervision.restart_policy import (
    DeathHistory,
    RestartAfter,
    RestartNow,
    StopRestarting,
    decide_restart,
)
from lotkeeper.engine.supervision.spec import ChildSpec, TryAgain


@dataclass(frozen=True, slots=True)
class StartChild:
    """Start a process of this child."""

    key: str


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Call `retry(key, ticket)` after so many seconds."""

    key: str
    ticket: int
    seconds: float


@dataclass(frozen=True, slots=True)
class StopChild:
    """Ask this child to end, and call `check_stopped(key, ticket)` after so many seconds."""

    key: str
    ticket: int
    seconds: float


@dataclass(frozen=True, slots=True)
class KillChild:
    """End this child by force."""

    key: str


@dataclass(frozen=True, slots=True)
class GiveUpChild:
    """Restarting this child does not help; `escalates`: the supervisor has to end itself."""

    key: str
    reason: str
    escalates: bool


ChildAction = StartChild | RetryLater | StopChild | KillChild | GiveUpChild


class ChildPhase(Enum):
    """The phases of the table above."""

    WAITING = auto()
    RUNNING = auto()
    ENDING = auto()
    GIVEN_UP = auto()


_tickets = itertools.count(1)


@dataclass(slots=True)
class _Child:
    spec: ChildSpec
    phase: ChildPhase = ChildPhase.WAITING
    ticket: int = 0  # a new one with each phase, so that what was planned in an earlier phase has no effect
    started_at: float = 0.0
    history: DeathHistory = field(default_factory=DeathHistory)

    def enter(self, phase: ChildPhase) -> None:
        self.phase = phase
        self.ticket = next(_tickets)


class Children:
    """The children in the order in which they were added. Each event returns the actions that follow from it."""

    def __init__(self) -> None:
        self._children: dict[str, _Child] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._children

    def spec(self, key: str) -> ChildSpec:
        """KeyError when there is none of that key."""
        return self._children[key].spec

    def phase(self, key: str) -> ChildPhase:
        """KeyError when there is none of that key."""
        return self._children[key].phase

    def specs(self) -> list[ChildSpec]:
        """Of all children, in order."""
        return [each.spec for each in self._children.values()]

    # Events

    def add(self, spec: ChildSpec) -> list[ChildAction]:
        """A child is to be kept running; ValueError when the key is taken."""
        if spec.key in self._children:
            raise ValueError(f"{spec.key!r} is supervised already")
        child = self._children[spec.key] = _Child(spec)
        return self._start(child)

    def dismiss(self, key: str) -> list[ChildAction]:
        """A child is not to be kept any more."""
        child = self._children.get(key)
        if child is None or child.phase is ChildPhase.ENDING:
            return []
        if child.phase is ChildPhase.RUNNING:
            child.enter(ChildPhase.ENDING)
            return [StopChild(key, child.ticket, child.spec.stop_timeout_s)]
        del self._children[key]
        return []

    def note_started(self, key: str, now: float) -> None:
        """The process that `StartChild` asked for was started."""
        self._children[key].started_at = now

    def note_death(self, key: str, now: float, jitter: float) -> list[ChildAction]:
        """A child's process has ended; `jitter` is a random number from 0 to 1."""
        child = self._children[key]
        if child.phase is ChildPhase.RUNNING:
            return self._decide(child, now, jitter)
        if child.phase is ChildPhase.ENDING:
            del self._children[key]
        return []

    def retry(self, key: str, ticket: int) -> list[ChildAction]:
        """The time of `RetryLater` is over."""
        child = self._children.get(key)
        if child is None or child.ticket != ticket:
            return []
        if child.phase is ChildPhase.GIVEN_UP:
            child.history = DeathHistory()
        return self._start(child)

    def check_stopped(self, key: str, ticket: int) -> list[ChildAction]:
        """The time of `StopChild` is over."""
        child = self._children.get(key)
        is_slow = child is not None and child.ticket == ticket and child.phase is ChildPhase.ENDING
        return [KillChild(key)] if is_slow else []

    # Rules

    def _start(self, child: _Child) -> list[ChildAction]:
        child.enter(ChildPhase.RUNNING)
        return [StartChild(child.spec.key)]

    def _decide(self, child: _Child, now: float, jitter: float) -> list[ChildAction]:
        spec = child.spec
        child.history = child.history.add_death(child.started_at, now, spec.intensity, spec.backoff)
        match decide_restart(child.history, spec.intensity, spec.backoff, jitter):
            case RestartNow():
                return self._start(child)
            case RestartAfter(seconds):
                child.enter(ChildPhase.WAITING)
                return [RetryLater(spec.key, child.ticket, seconds)]
            case StopRestarting(reason):
                child.enter(ChildPhase.GIVEN_UP)
                return self._give_up(child, reason)

    def _give_up(self, child: _Child, reason: str) -> list[ChildAction]:
        key, policy = child.spec.key, child.spec.on_give_up
        if isinstance(policy, TryAgain):
            return [GiveUpChild(key, reason, escalates=False), RetryLater(key, child.ticket, policy.after)]
        return [GiveUpChild(key, reason, escalates=True)]


class ChildAddresses:
    """The addresses of the running children by key. A late notice of a death does not remove a newer address."""

    def __init__(self) -> None:
        self._addresses: dict[str, ActorAddress] = {}

    def add(self, key: str, address: ActorAddress) -> None:
        """Enters the address of a new process in place of an earlier one."""
        self._addresses[key] = address

    def remove(self, address: ActorAddress) -> str | None:
        """Removes the address of a process that has ended. Returns the child's key, or None when it is not known."""
        key = self.key_of(address)
        if key is not None:
            del self._addresses[key]
        return key

    def key_of(self, address: ActorAddress) -> str | None:
        """The key of the child at an address."""
        # Addresses have no hash, and a new one equals its final form only by comparison.
        return next((key for key, each in self._addresses.items() if each == address), None)

    def address(self, key: str) -> ActorAddress | None:
        """The address of the child with that key."""
        return self._addresses.get(key)

    def __iter__(self) -> Iterator[tuple[str, ActorAddress]]:
        return iter(list(self._addresses.items()))
