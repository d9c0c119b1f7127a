"""What is noted of the messages that an actor handles while somebody looks: lines of the log, times, a trace."""

import re
from collections import deque
from collections.abc import Sequence
from typing import Any, Protocol

from thespian.actors import WatchMessage

from lotkeeper.engine.asking import Sender
from lotkeeper.engine.inspection.naming import SenderNames, type_name
from lotkeeper.engine.inspection.questions import (
    AskVitals,
    HandlerTimes,
    StartTrace,
    TakeTrace,
    TracedMessage,
    TraceTaken,
)
from lotkeeper.engine.system.process_setup import INHERITANCE
from lotkeeper.engine.transport.message_format import is_secret, state_key_of

_NEWEST = 512  # durations of one type of message
_MOST_TRACED = 2000  # messages that wait to be taken
_LONGEST_TEXT = 2000  # characters of a traced message
_KEPT_S = 30.0  # after the end of a trace, for who takes it
_OWN = (AskVitals, StartTrace, TakeTrace)


class LogsHandled(Protocol):
    """Writes a line about each handled message."""

    def log_handled(self, message: Any, sender: Sender, seconds: float) -> None: ...


class Observation:
    """Belongs to one actor, and lasts as long as somebody wants something of it."""

    def __init__(self, message_log: LogsHandled | None = None) -> None:
        self._message_log = message_log
        self._meter: _Meter | None = None
        self._trace: _Trace | None = None

    def note(self, message: Any, sender: Sender, begun: float, ended: float, wall_ns: int) -> bool:
        """A message was handled; times are monotonic, in seconds. Returns whether anybody still wants to know."""
        if self._message_log is not None:
            self._message_log.log_handled(message, sender, ended - begun)
        if self._meter is not None:
            self._meter = self._meter.note(message, ended - begun) if ended < self._meter.until else None
        if self._trace is not None:
            self._trace.note(message, sender, begun, ended, wall_ns)
            if ended >= self._trace.forgotten_at:
                self._trace = None
        return bool(self._message_log or self._meter or self._trace)

    def log_to(self, message_log: LogsHandled | None) -> None:
        """Where a line about each handled message is written from now on; None for nowhere."""
        self._message_log = message_log

    def measure_until(self, until: float) -> None:
        """Measures the handlers until then (monotonic)."""
        if self._meter is None:
            self._meter = _Meter()
        self._meter.until = max(self._meter.until, until)

    def times(self) -> tuple[HandlerTimes, ...]:
        """What was measured, the type that took most time first."""
        return () if self._meter is None else self._meter.times()

    def start_trace(self, wanted: StartTrace, now: float) -> None:
        """Notes the messages that are wanted."""
        self._trace = _Trace(wanted, now + wanted.seconds)

    def take_trace(self) -> TraceTaken:
        """What was noted since the last time."""
        return TraceTaken() if self._trace is None else self._trace.take()


class _Meter:
    def __init__(self) -> None:
        self.until = 0.0
        self._seconds: dict[str, deque[float]] = {}
        self._counts: dict[str, int] = {}

    def note(self, message: Any, seconds: float) -> "_Meter":
        if not isinstance(message, _OWN):
            kind = _kind_of(message)
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._seconds.setdefault(kind, deque(maxlen=_NEWEST)).append(seconds)
        return self

    def times(self) -> tuple[HandlerTimes, ...]:
        by_total = sorted(self._seconds.items(), key=lambda each: -sum(each[1]))
        return tuple(_times_of(kind, self._counts[kind], sorted(seconds)) for kind, seconds in by_total)


def _times_of(kind: str, count: int, ordered: list[float]) -> HandlerTimes:
    p50, p99, longest = (round(_quantile(ordered, part) * 1000, 3) for part in (0.5, 0.99, 1.0))
    return HandlerTimes(kind, count, p50, p99, longest)


def _quantile(ordered: list[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def _kind_of(message: Any) -> str:
    return "ready descriptor" if isinstance(message, WatchMessage) else type_name(message)


class _Trace:
    """Nothing is noted after its end; what was noted is kept a while longer, so that it can be taken."""

    def __init__(self, wanted: StartTrace, until: float) -> None:
        self._words = _pattern_of(wanted.words)
        self._has_states = wanted.has_states
        self._beside = _pattern_of((wanted.beside,)) if wanted.beside else None
        self._until = until
        self.forgotten_at = until + _KEPT_S
        self._names = SenderNames()
        self._noted: deque[TracedMessage] = deque()
        self._dropped = 0

    def note(self, message: Any, sender: Sender, begun: float, ended: float, wall_ns: int) -> None:
        if begun >= self._until or isinstance(message, (*_OWN, WatchMessage)) or is_secret(message):
            return
        if not self._has_states and state_key_of(message) is not None:
            return
        text = INHERITANCE.mask_text(repr(getattr(message, "payload", message)))
        found = self._words.search(text)
        if found is None or (self._beside is not None and self._beside.search(text) is None):
            return
        if len(self._noted) == _MOST_TRACED:
            self._dropped += 1
            return
        at_ns, took_ms = wall_ns - int((ended - begun) * 1e9), round((ended - begun) * 1000, 3)
        kind, name = type_name(message), self._names.name_of(sender)
        self._noted.append(TracedMessage(at_ns, took_ms, kind, name, _shortened(text, found.start())))

    def take(self) -> TraceTaken:
        taken = TraceTaken(tuple(self._noted), self._dropped)
        self._noted.clear()
        self._dropped = 0
        return taken


def _pattern_of(words: Sequence[str]) -> re.Pattern[str]:
    """One of the words, not as a part of a longer one."""
    return re.compile(f"(?<![0-9A-Za-z])(?:{'|'.join(map(re.escape, words))})(?![0-9A-Za-z])")


def _shortened(text: str, at: int) -> str:
    """The text, or of a long one the part around the word."""
    if len(text) <= _LONGEST_TEXT:
        return text
    begin = max(0, at - _LONGEST_TEXT // 2)
    return f"{'...' if begin else ''}{text[begin : begin + _LONGEST_TEXT]}..."
