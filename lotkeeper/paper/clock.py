"""The exchange's clock, which can be set wrong on purpose."""

import time
from dataclasses import dataclass


@dataclass(slots=True)
class Clock:
    """Wall time in milliseconds, `offset_ms` ahead of this machine's."""

    offset_ms: int = 0

    def ms(self) -> int:
        return time.time_ns() // 1_000_000 + self.offset_ms


@dataclass(slots=True)
class FixedClock(Clock):
    """A clock that stands until it is moved."""

    now_ms: int = 1_700_000_000_000

    def ms(self) -> int:
        return self.now_ms + self.offset_ms
