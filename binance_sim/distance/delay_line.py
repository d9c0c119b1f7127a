"""One direction of a connection: what is put in comes out later, in the same order."""

import asyncio
from collections import deque
from collections.abc import Callable

Delivery = Callable[[], object]


class DelayLine:
    """Carries deliveries out after a delay that is drawn for each; none overtakes an earlier one.

    The event loop's timers do not keep the order of deliveries that are due at the same time, so a line has a queue
    and one timer for its first entry.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, draw_delay_s: Callable[[], float], opens_at: float = 0) -> None:
        """`opens_at`, by the loop's clock: what is put in before sets out only then."""
        self._loop, self._draw_delay_s, self._opens_at = loop, draw_delay_s, opens_at
        self._waiting: deque[tuple[float, Delivery]] = deque()
        self._newest_due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def put(self, deliver: Delivery) -> None:
        """Call `deliver` when its time has passed, and all that was put in before has been delivered."""
        sets_out = max(self._loop.time(), self._opens_at)
        self._newest_due = max(self._newest_due, sets_out + self._draw_delay_s())
        self._waiting.append((self._newest_due, deliver))
        if self._timer is None:
            self._arm()

    def clear(self) -> None:
        """Lose everything that is on its way."""
        self._waiting.clear()

    def _arm(self) -> None:
        due = self._waiting[0][0]
        self._timer = self._loop.call_at(due, self._release, due)

    def _release(self, due: float) -> None:
        """Deliver what is due. The loop may call a little early, by its clock's resolution: `due` counts as now."""
        now = max(due, self._loop.time())
        try:
            while self._waiting and self._waiting[0][0] <= now:
                self._waiting.popleft()[1]()
        finally:
            self._timer = None
            if self._waiting:
                self._arm()
