"""When a child that died is started again: pure rules, no clock and no actor."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait before a restart, all in seconds.

    The longest wait grows by `factor` from `first` to `most` with each short run in a row. The wait is a random part of
    it ("full jitter"), so that children that died together do not come back together. A child that ran for
    `healthy_after` is started again at once.
    """

    first: float = 0.05
    factor: float = 2.0
    most: float = 5.0
    healthy_after: float = 10.0

    def longest_wait(self, short_runs: int) -> float:
        """The longest wait after so many short runs in a row (1 or more)."""
        return min(self.most, self.first * self.factor ** min(short_runs - 1, 64))


@dataclass(frozen=True, slots=True)
class Intensity:
    """At most so many restarts in so many seconds; with one more the supervisor gives up."""

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
class StopRestarting:
    """Restarting does not help."""

    reason: str


RestartDecision = RestartNow | RestartAfter | StopRestarting


@dataclass(frozen=True, slots=True)
class DeathHistory:
    """What counts for the next decision about a child."""

    deaths: tuple[float, ...] = ()  # monotonic seconds, only those within the seconds of the Intensity
    short_runs: int = 0  # in a row, the last one included

    def add_death(self, started_at: float, now: float, intensity: Intensity, backoff: Backoff) -> "DeathHistory":
        """The history with the death of a child that ran from `started_at` until `now`."""
        recent = tuple(each for each in self.deaths if now - each < intensity.seconds)
        short_runs = 0 if now - started_at >= backoff.healthy_after else self.short_runs + 1
        return replace(self, deaths=(*recent, now), short_runs=short_runs)


def decide_restart(history: DeathHistory, intensity: Intensity, backoff: Backoff, jitter: float) -> RestartDecision:
    """What to do about the newest death of a history; `jitter` is a random number from 0 to 1."""
    if len(history.deaths) > intensity.restarts:
        return StopRestarting(
            f"died {len(history.deaths)} times within {intensity.seconds:g} s, where {intensity.restarts} are allowed"
        )
    if not history.short_runs:
        return RestartNow()
    return RestartAfter(jitter * backoff.longest_wait(history.short_runs))
