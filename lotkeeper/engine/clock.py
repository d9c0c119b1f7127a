"""The two clocks of an actor; the test kit puts a virtual one in their place."""

import time
from typing import Protocol


class Clock(Protocol):
    """Where an actor reads the time."""

    def monotonic(self) -> float:
        """Seconds since some fixed point, never backwards: for durations."""

    def wall_ns(self) -> int:
        """Nanoseconds since 1970 UTC, as the machine believes: for people and other machines."""


class SystemClock:
    """The machine's clocks."""

    def monotonic(self) -> float:
        return time.monotonic()

    def wall_ns(self) -> int:
        return time.time_ns()


SYSTEM_CLOCK = SystemClock()
