"""Actors that are started again and again, although none of them so fast that it is given up."""

from collections import deque
from collections.abc import Iterator

from lotkeeper.trading.alerts.causes import Cause
from lotkeeper.trading.trouble_kinds import TroubleKind, command_for
from messages.health import ChildReported

_WITHIN_MS = 600_000
_MOST = 4  # restarts in that time; one more is a storm


class RestartWatch:
    """Counts from the first report of a child on."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}  # restarts by child
        self._restarts: dict[str, deque[tuple[int, str]]] = {}  # when they were reported (wall clock), and why

    def note(self, report: ChildReported, now_ms: int) -> None:
        """A supervisor that is new counts from nothing again."""
        known = self._known.get(report.key)
        self._known[report.key] = report.restarts
        if known is None:
            return
        more = report.restarts - known if report.restarts >= known else report.restarts
        times = self._restarts.setdefault(report.key, deque(maxlen=_MOST + 1))
        times.extend([(now_ms, report.reason)] * min(more, _MOST + 1))

    def causes(self, now_ms: int) -> Iterator[Cause]:
        """One for each actor with more restarts than usual in the last ten minutes."""
        for key, times in self._restarts.items():
            recent = [each for each in times if now_ms - each[0] <= _WITHIN_MS]
            if len(recent) > _MOST:
                minutes = _WITHIN_MS // 60_000
                text = f"{key} was started again more than {_MOST} times within {minutes} minutes: {recent[-1][1]}"
                yield Cause(TroubleKind.RESTARTS, key, text, command_for(TroubleKind.RESTARTS))
