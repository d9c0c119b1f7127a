"""A supervisor's children and what is to be done about them: pure rules, no clock and no actor.

Every phase that a child can be in, and what leads from one to the other:

    WAITING   to be started, now or later       --started-->  ALIVE
    ALIVE     has a process                     --died-->     WAITING, with a back-off (or HOPELESS)
    LEAVING   asked to end for good             --died-->     forgotten
    HOPELESS  given up                          --tried again-->  WAITING
"""

import itertools
from dataclasses import dataclass, field
from enum import Enum, auto

from lotkeeper.engine.supervision.restarting import GiveUp, History, RestartAfter, RestartNow, decide
from lotkeeper.engine.supervision.spec import ChildSpec, TryAgain


@dataclass(frozen=True, slots=True)
class Start:
    """Begin a life of this child."""

    key: str


@dataclass(frozen=True, slots=True)
class LookAfter:
    """Say `due(key, turn)` after so many seconds."""

    key: str
    turn: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Stop:
    """Ask this child to end; if it lives after so many seconds, say `overdue(key, turn)`."""

    key: str
    turn: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Kill:
    """End this child by force."""

    key: str


@dataclass(frozen=True, slots=True)
class LostHope:
    """Restarting this child does not help; `escalates`: the supervisor is to end itself."""

    key: str
    reason: str
    escalates: bool


Order = Start | LookAfter | Stop | Kill | LostHope


class Phase(Enum):
    """Where a child is."""

    WAITING = auto()
    ALIVE = auto()
    LEAVING = auto()
    HOPELESS = auto()


_turns = itertools.count(1)


@dataclass(slots=True)
class _Member:
    spec: ChildSpec
    phase: Phase = Phase.WAITING
    is_due: bool = True
    turn: int = 0  # another one with each change, so that what was asked for earlier is not obeyed any more
    started_at: float = 0.0
    history: History = field(default_factory=History)

    def turns(self, phase: Phase, *, is_due: bool = False) -> None:
        self.phase, self.is_due = phase, is_due
        self.turn = next(_turns)


class Family:
    """The children in the order in which they were named. Each event gives the orders that follow from it."""

    def __init__(self) -> None:
        self._members: dict[str, _Member] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._members

    def spec(self, key: str) -> ChildSpec:
        """KeyError when there is none of that key."""
        return self._members[key].spec

    def phase(self, key: str) -> Phase:
        """KeyError when there is none of that key."""
        return self._members[key].phase

    def specs(self) -> list[ChildSpec]:
        """Of all children, in order."""
        return [each.spec for each in self._members.values()]

    # Events

    def named(self, spec: ChildSpec) -> list[Order]:
        """A child is to be kept alive; ValueError when the key is taken."""
        if spec.key in self._members:
            raise ValueError(f"{spec.key!r} is supervised already")
        self._members[spec.key] = _Member(spec)
        return self._startable()

    def dismissed(self, key: str) -> list[Order]:
        """A child is not to be kept any more."""
        member = self._members.get(key)
        if member is None:
            return []
        if member.phase is Phase.ALIVE:
            member.turns(Phase.LEAVING)
            return [Stop(key, member.turn, member.spec.stop_within), *self._startable()]
        if member.phase is not Phase.LEAVING:
            del self._members[key]
        return self._startable()

    def started(self, key: str, now: float) -> None:
        """What `Start` ordered is done."""
        self._members[key].started_at = now

    def died(self, key: str, now: float, jitter: float) -> list[Order]:
        """A child's process has ended; `jitter` is a random number from 0 to 1."""
        member = self._members[key]
        match member.phase:
            case Phase.ALIVE:
                return [*self._mourn(member, now, jitter), *self._startable()]
            case Phase.LEAVING:
                del self._members[key]
        return self._startable()

    def due(self, key: str, turn: int) -> list[Order]:
        """The time that `LookAfter` named is over."""
        member = self._members.get(key)
        if member is None or member.turn != turn:
            return []
        if member.phase is Phase.HOPELESS:
            member.history = History()
        member.turns(Phase.WAITING, is_due=True)
        return self._startable()

    def overdue(self, key: str, turn: int) -> list[Order]:
        """The time that `Stop` named is over."""
        member = self._members.get(key)
        is_slow = member is not None and member.turn == turn and member.phase is Phase.LEAVING
        return [Kill(key)] if is_slow else []

    # Rules

    def _mourn(self, member: _Member, now: float, jitter: float) -> list[Order]:
        spec = member.spec
        member.history = member.history.after_death(member.started_at, now, spec.intensity, spec.backoff)
        match decide(member.history, spec.intensity, spec.backoff, jitter):
            case RestartNow():
                member.turns(Phase.WAITING, is_due=True)
                return []
            case RestartAfter(seconds):
                member.turns(Phase.WAITING)
                return [LookAfter(spec.key, member.turn, seconds)]
            case GiveUp(reason):
                member.turns(Phase.HOPELESS)
                return self._without_hope(member, reason)

    def _without_hope(self, member: _Member, reason: str) -> list[Order]:
        key, policy = member.spec.key, member.spec.hopeless
        if isinstance(policy, TryAgain):
            return [LostHope(key, reason, escalates=False), LookAfter(key, member.turn, policy.after)]
        return [LostHope(key, reason, escalates=True)]

    def _startable(self) -> list[Order]:
        """The children whose turn it is to be started."""
        orders: list[Order] = []
        for member in self._members.values():
            if member.phase is Phase.WAITING and member.is_due:
                member.turns(Phase.ALIVE)
                orders.append(Start(member.spec.key))
        return orders
