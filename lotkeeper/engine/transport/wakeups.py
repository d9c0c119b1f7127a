"""Wake-ups: exact to the microsecond, in order, none lost."""

import heapq
import itertools
import time
from datetime import timedelta
from typing import Any

from thespian.actors import WakeupMessage

now = time.perf_counter  # Thespian's own clock


class Wakeups:
    """What an actor asked to be woken for."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Any, Any]] = []
        self._number = itertools.count()

    def add(self, delay: timedelta | float, payload: Any) -> None:
        """Remembers a wake-up `delay` (seconds, or a timedelta) from now."""
        seconds = delay.total_seconds() if isinstance(delay, timedelta) else float(delay)
        heapq.heappush(self._heap, (now() + seconds, next(self._number), delay, payload))

    def next_at(self) -> float | None:
        """When the next one is due."""
        return self._heap[0][0] if self._heap else None

    def due(self, moment: float) -> WakeupMessage | None:
        """Takes out the earliest one due by `moment`."""
        if not self._heap or self._heap[0][0] > moment:
            return None
        _, _, delay, payload = heapq.heappop(self._heap)
        return WakeupMessage(delay, payload)

    def all_at(self) -> list[float]:
        """When they are due, in order."""
        return sorted(each[0] for each in self._heap)
