"""The exchange's clock, which a fault can set wrong. Internal times are microseconds since 1970."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from binance_sim.errors import ApiError

# Converts an internal time to the unit of the client: milliseconds, or microseconds with `timeUnit`.
TimeUnit = Callable[[int], int]


def milliseconds(us: int) -> int:
    return us // 1000


def microseconds(us: int) -> int:
    return us


@dataclass(slots=True)
class SimulatorClock:
    """Wall time, `offset_us` ahead of this machine's clock."""

    offset_us: int = 0

    def us(self) -> int:
        return time.time_ns() // 1000 + self.offset_us

    def ms(self) -> int:
        return self.us() // 1000


@dataclass(slots=True)
class FixedClock(SimulatorClock):
    """A clock that only moves when it is told to."""

    now_us: int = 1_700_000_000_000_000

    def us(self) -> int:
        return self.now_us + self.offset_us

    def pass_ms(self, ms: int) -> None:
        self.now_us += ms * 1000


UNITS = {"MICROSECOND": microseconds, "MILLISECOND": milliseconds}


def read_unit(text: str | None) -> TimeUnit:
    """The unit that a client asks for, by default milliseconds; raises ApiError -1194."""
    found = UNITS.get((text or "MILLISECOND").upper())
    if found is None:
        raise ApiError(-1194, "Invalid value for time unit; expected either MICROSECOND or MILLISECOND.")
    return found
