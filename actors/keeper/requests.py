"""The questions a keeper has asked the Gateway and not had answered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Build = Callable[[int], Any]


@dataclass(slots=True)
class Pending:
    """One question: how to build its message, what it is about, and when it was sent (monotonic seconds)."""

    build: Build
    about: Any
    sent_at: float


@dataclass(slots=True)
class Requests:
    """Numbers questions, so that a late answer meets its own question or none."""

    _last: int = 0
    _pending: dict[int, Pending] = field(default_factory=dict)

    def ask(self, build: Build, about: Any, now: float) -> Any:
        """The message to send; `build` makes it from the number."""
        self._last += 1
        self._pending[self._last] = Pending(build, about, now)
        return build(self._last)

    def answered(self, request_id: int) -> Any:
        """What the answered question was about; None when it was answered already, or dropped."""
        pending = self._pending.pop(request_id, None)
        return pending.about if pending else None

    def is_pending(self, about: Any) -> bool:
        """Whether a question about this waits for its answer."""
        return any(pending.about == about for pending in self._pending.values())

    def drop(self, is_stale: Callable[[Any], bool]) -> None:
        """Forgets the questions about what `is_stale` names: their answers come too late."""
        for request_id in [number for number, pending in self._pending.items() if is_stale(pending.about)]:
            del self._pending[request_id]

    def again(self, now: float, older_than_s: float) -> Iterator[Any]:
        """The messages of questions that have waited for so long, to be sent once more under the same numbers."""
        for request_id, pending in self._pending.items():
            if now - pending.sent_at >= older_than_s:
                pending.sent_at = now
                yield pending.build(request_id)
