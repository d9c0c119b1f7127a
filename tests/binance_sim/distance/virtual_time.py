"""An event loop whose clock stands still while anything happens, and jumps to the next timer when nothing does."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any

# Real time that data on loopback has to arrive before the clock jumps; it usually arrives at once.
PATIENCE_S = 0.005


class JumpingSelector(selectors.DefaultSelector):
    """Instead of a wait it lets the loop's clock jump."""

    skipped_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        ready = super().select(PATIENCE_S)
        if not ready:
            self.skipped_s += timeout
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Seconds since the loop was made, without any that were spent computing."""
        return self._jumping.skipped_s


def run_in_virtual_time(main: Coroutine[Any, Any, Any]) -> Any:
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)
