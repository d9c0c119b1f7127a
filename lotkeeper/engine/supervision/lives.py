"""What a supervisor says about its children."""

from dataclasses import dataclass
from enum import StrEnum


class LifeState(StrEnum):
    """Whether a child lives."""

    RUNNING = "running"
    LOST = "lost"  # and started again in a moment
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class Life:
    """A child as it is now: its newest incarnation, how often it was started again, and how its last life ended.

    `quarantined` are the texts of messages that it does not handle any more.
    """

    key: str
    state: LifeState
    incarnation: int = 0
    restarts: int = 0
    reason: str = ""
    quarantined: tuple[str, ...] = ()
