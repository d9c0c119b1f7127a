"""Lines about what is urgent: noted with their moment in passing, and written a little later, a few at a time."""

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lotkeeper.trading.log_events import EVENT_FIELD, LogEvent

LATEST_S = 0.2  # after the first one was noted: what it tells of is done by then
_NEXT_AFTER_S = 0.01
_AT_ONCE = 8  # so that a fill of this moment waits for a millisecond at most
_SHARE_AT_ONCE = 16  # of very many, a part

MakeFacts = Callable[..., Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class WriteLines:
    """Wake-up: write some of the lines that were noted."""


class LateLines:
    """The lines of one actor. To note one costs about a microsecond; its facts are made when it is written."""

    def __init__(self, log: Callable[[], logging.Logger], wake_in: Callable[[float, Any], None]) -> None:
        self._log, self._wake_in = log, wake_in
        self._waiting: deque[tuple[float, LogEvent, str, MakeFacts, tuple[Any, ...]]] = deque()

    def note(self, event: LogEvent, text: str, make_facts: MakeFacts, *about: Any, at_s: float = 0.0) -> None:
        """A line at INFO, with the facts that `make_facts(*about)` gives later; `about` are values that stay the same.

        It is of this moment, or of `at_s` (wall clock).
        """
        if not self._waiting:
            if not self._log().isEnabledFor(logging.INFO):
                return
            self._wake_in(LATEST_S, WriteLines())
        self._waiting.append((at_s or time.time(), event, text, make_facts, about))

    def write_some(self) -> None:
        """At the wake-up."""
        self._write(max(_AT_ONCE, len(self._waiting) // _SHARE_AT_ONCE))
        if self._waiting:
            self._wake_in(_NEXT_AFTER_S, WriteLines())

    def write_all(self) -> None:
        """At the end of the actor."""
        self._write(len(self._waiting))

    def _write(self, most: int) -> None:
        log = self._log()
        for _ in range(min(most, len(self._waiting))):
            at_s, event, text, make_facts, about = self._waiting.popleft()
            write_line(log, logging.INFO, text, {EVENT_FIELD: event, **make_facts(*about)}, at_s)


def write_line(log: logging.Logger, level: int, text: str, facts: Mapping[str, Any], at_s: float) -> None:
    """A line with the moment of what it tells (wall clock, seconds), which is not that of its writing."""
    if log.isEnabledFor(level):
        record = log.makeRecord(log.name, level, "", 0, text, (), None, extra=dict(facts))
        record.created = at_s
        log.handle(record)
