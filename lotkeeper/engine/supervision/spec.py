"""What a supervisor is told about its children: data, and nothing that acts."""

from collections.abc import Callable
from dataclasses import dataclass, field

from lotkeeper.engine.supervision.restarting import Backoff, Intensity


@dataclass(frozen=True, slots=True)
class Escalate:
    """A child that restarting does not help ends its supervisor, so that the supervisor's own supervisor acts."""


@dataclass(frozen=True, slots=True)
class TryAgain:
    """A child that restarting does not help is left alone for so many seconds; the others go on."""

    after: float = 30.0


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """A child to keep alive: its name among the supervisor's children, its class and how it begins.

    `start(incarnation)` makes the first message of each new life; state is not carried over from the last one.
    `patience`: so many seconds may pass in which it handles nothing although something waits, then it counts as hung
    and is killed (None: for ever). `stop_within`: so many seconds it may take to end when it is asked to.
    """

    key: str
    actor: type
    start: Callable[[int], object]
    intensity: Intensity = field(default_factory=Intensity)
    backoff: Backoff = field(default_factory=Backoff)
    hopeless: Escalate | TryAgain = field(default_factory=Escalate)
    patience: float | None = 10.0
    stop_within: float = 5.0
