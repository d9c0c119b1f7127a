"""Events in order, some of them kept back until the request that caused them is answered."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(slots=True, eq=False)
class _Barrier:
    """Nothing behind it goes out until it is lifted."""

    is_lifted: bool = False


@dataclass(slots=True)
class Barriers(Generic[Item]):
    """A queue that lets everything through at once, unless there is a barrier. Order is kept."""

    let_out: Callable[[Item], None]
    _queue: deque[Item | _Barrier] = field(default_factory=deque)

    def put(self, item: Item) -> None:
        if self._queue:
            self._queue.append(item)
        else:
            self.let_out(item)

    def hold(self) -> Callable[[], None]:
        """Keep back what comes from now on until the returned function is called."""
        barrier = _Barrier()
        self._queue.append(barrier)

        def lift() -> None:
            barrier.is_lifted = True
            self._drain()

        return lift

    def _drain(self) -> None:
        while self._queue:
            first = self._queue[0]
            if isinstance(first, _Barrier) and not first.is_lifted:
                return
            self._queue.popleft()
            if not isinstance(first, _Barrier):
                self.let_out(first)
