"""Where actors read the time: for durations, and for people and other machines."""

import time
from typing import Protocol


class ActorClock(Protocol):
    """Where an actor reads the time. The test kit replaces it with a virtual one."""

    def monotonic(self) -> float:
        """Seconds since some fixed point, never backwards: for durations."""

    def wall_ns(self) -> int:
        """Nanoseconds since 1970 UTC, the same in all processes of a system: for people and other machines."""


def _since_boot_ns() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)  # unlike the monotonic clock it goes on while the machine sleeps


# What the machine's clock said when this program was loaded, less the time since the boot. The processes of a system
# are forks of one program, so that all of them have the same.
_AT_BOOT_NS = time.time_ns() - _since_boot_ns()


class SystemClock:
    """The clocks of all actors. Nobody can set either: a step of the machine's clock would make waits of one process an
    hour long, and times of two processes differ.
    """

    monotonic = staticmethod(time.monotonic)

    def wall_ns(self) -> int:
        return _AT_BOOT_NS + _since_boot_ns()
