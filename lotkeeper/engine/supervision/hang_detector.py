"""Whether a child is hung: pure rules about what its parent reads from shared memory. Idle children sleep on."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

QUIET = 60.0  # seconds after which also a child that waits for messages is sent one
_CHECK_STOPPED_EVERY = 2  # rounds: finding out whether a waiting child was stopped by a signal costs a little


class HangCheck(Enum):
    """What a check of a child says."""

    FINE = auto()
    NEEDS_PING = auto()  # it has been quiet for long: send it something to handle
    HUNG = auto()


class ObservedProcess(Protocol):
    """A child's process, as far as the detector looks at it."""

    @property
    def handled_count(self) -> int:
        """How many messages it has handled."""

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for something to do, or waited when it was stopped."""

    def is_stopped(self) -> bool:
        """Whether a signal or a debugger has stopped it."""


@dataclass(slots=True)
class _Observation:
    handled_count: int
    handled_at: float  # when the count was seen to grow
    fine_at: float  # when it was last known not to hang
    pinged_at: float | None = None
    was_stopped: bool = False


class HangDetector:
    """What was seen of each child; times in monotonic seconds."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._round_at: float | None = None
        self._round = 0
        self._observations: dict[str, _Observation] = {}

    def forget(self, key: str) -> None:
        """The child has died: its next process is observed from the beginning."""
        self._observations.pop(key, None)

    def begin_round(self, now: float) -> None:
        """Begins a round of checks. A late one means that we were stopped and the children with us: none is hung."""
        is_late = self._round_at is not None and now - self._round_at > 2 * self._interval
        self._round_at = now
        self._round += 1
        if is_late:
            self._observations.clear()

    def check(self, key: str, child: ObservedProcess, timeout_s: float, now: float) -> HangCheck:
        """What to do about a child.

        A child is hung when it is handling one message, or is stopped, for longer than `timeout_s`, and when it does
        not react to a ping.
        """
        seen = self._observations.get(key)
        if seen is None or child.handled_count != seen.handled_count:
            self._observations[key] = _Observation(child.handled_count, now, now)
            return HangCheck.FINE
        if seen.pinged_at is not None:
            return HangCheck.HUNG if now - seen.pinged_at > timeout_s else HangCheck.FINE
        if not child.is_waiting or self._is_stopped(seen, child):
            return HangCheck.HUNG if now - seen.fine_at > timeout_s else HangCheck.FINE
        seen.fine_at = now
        if now - seen.handled_at < QUIET:
            return HangCheck.FINE
        seen.pinged_at = now
        return HangCheck.NEEDS_PING

    def _is_stopped(self, seen: _Observation, child: ObservedProcess) -> bool:
        if seen.was_stopped or self._round % _CHECK_STOPPED_EVERY == 0:
            seen.was_stopped = child.is_stopped()
        return seen.was_stopped
