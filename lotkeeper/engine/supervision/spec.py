"""What a supervisor is told about its children, and what it reports about them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from lotkeeper.engine.supervision.restart_policy import Backoff, Intensity


@dataclass(frozen=True, slots=True)
class Escalate:
    """When restarting a child does not help, its supervisor ends itself, so that the next supervisor above acts."""


@dataclass(frozen=True, slots=True)
class TryAgain:
    """When restarting a child does not help, it is left alone for `after` seconds; the other children go on."""

    after: float = 30.0


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """A child to keep running."""

    key: str  # its name among the supervisor's children
    actor: type
    # Makes the first message of each new process from its incarnation number. State of the last process is not kept.
    start: Callable[[int], object]
    intensity: Intensity = field(default_factory=Intensity)
    backoff: Backoff = field(default_factory=Backoff)
    on_give_up: Escalate | TryAgain = field(default_factory=Escalate)
    # A child that handles nothing for so many seconds although something waits is hung and gets killed; None: never.
    hang_timeout_s: float | None = 10.0
    stop_timeout_s: float = 5.0  # after so many seconds a child that was asked to end is killed


class LifeState(StrEnum):
    """Whether a child runs."""

    RUNNING = "running"
    LOST = "lost"  # will be started again in a moment
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class ChildStatus:
    """A child as it is now."""

    key: str
    state: LifeState
    incarnation: int = 0  # of its newest process
    restarts: int = 0
    reason: str = ""  # how its last process ended, or why it was given up
    quarantined: tuple[str, ...] = ()  # the texts of messages that it does not handle any more
