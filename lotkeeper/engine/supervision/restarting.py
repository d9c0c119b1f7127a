"""When a child that died is started again: pure rules, no clock and no actor."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait before a restart, all in seconds.

    The ceiling doubles (by `factor`) from `first` to `most` with each short life in a row; the wait is a random
    part of it ("full jitter"), so that children that died together do not come back together. A child that lived
    for `healthy_after` starts again at once.
    """

    first: float = 0.05
    factor: float = 2.0
    most: float = 5.0
    healthy_after: float = 10.0

    def ceiling(self, short_lives: int) -> float:
        """The longest wait after so many short lives in a row (1 or more)."""
        return min(self.most, self.first * self.factor ** min(short_lives - 1, 64))


@dataclass(frozen=True, slots=True)
class Intensity:
    """At most so many restarts in so many seconds; one more and the supervisor gives up."""

    restarts: int = 5
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class RestartNow:
    """Start it again at once."""


@dataclass(frozen=True, slots=True)
class RestartAfter:
    """Start it again after `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Restarting does not help."""

    reason: str


Decision = RestartNow | RestartAfter | GiveUp


@dataclass(frozen=True, slots=True)
class History:
    """A child's deaths (monotonic seconds) that still count, and its short lives in a row."""

    deaths: tuple[float, ...] = ()
    short_lives: int = 0

    def after_death(self, started_at: float, now: float, intensity: Intensity, backoff: Backoff) -> "History":
        """The history with the death of a child that lived from `started_at` until `now`."""
        recent = tuple(each for each in self.deaths if now - each < intensity.seconds)
        short = 0 if now - started_at >= backoff.healthy_after else self.short_lives + 1
        return replace(self, deaths=(*recent, now), short_lives=short)


def decide(history: History, intensity: Intensity, backoff: Backoff, jitter: float) -> Decision:
    """What to do about the newest death of a history; `jitter` is a random number from 0 to 1."""
    if len(history.deaths) > intensity.restarts:
        return GiveUp(
            f"died {len(history.deaths)} times within {intensity.seconds:g} s, where {intensity.restarts} are allowed"
        )
    if not history.short_lives:
        return RestartNow()
    return RestartAfter(jitter * backoff.ceiling(history.short_lives))
