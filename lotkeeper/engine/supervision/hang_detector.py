"""Whether a child is hung: pure rules about what its parent reads from shared memory. Idle children sleep on."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

QUIET = 60.0  # seconds after which also a child that waits for messages is sent one
_CHECK_STOPPED_EVERY = 2  # rounds, but for rare ones: to find out whether a waiting child was stopped costs a little
_CALM_AFTER = 20.0  # a child that handles one message at most in so many seconds is calm
_MOST_WHILE_CALM = 12  # messages in that time after which it still is: what comes in one burst now and then


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
class _Pace:
    """How often a child handles something."""

    handled_count: int
    since: float  # when the count was that
    is_calm: bool = False

    def update(self, handled_count: int, now: float) -> None:
        is_busy = handled_count > self.handled_count + (_MOST_WHILE_CALM if self.is_calm else 1)
        if is_busy or now - self.since >= _CALM_AFTER:
            self.handled_count, self.since, self.is_calm = handled_count, now, not is_busy


@dataclass(slots=True)
class _Observation:
    handled_count: int
    handled_at: float  # when the count was seen to grow
    fine_at: float  # when it was last known not to hang
    pinged_at: float | None = None
    was_stopped: bool = False

    def is_fine(self, round_at: float | None) -> bool:
        """Whether nothing was to be said against it in the round of that moment."""
        return self.pinged_at is None and self.fine_at == round_at


class HangDetector:
    """What was seen of each child; times in monotonic seconds.

    Rounds come every `interval` seconds, and every `calm_interval` while all children are calm: a child with which
    nothing happens costs its parent less, and a hang of it is found so much later.
    """

    def __init__(self, interval: float, calm_interval: float) -> None:
        self._interval, self._calm_interval = interval, calm_interval
        self._pause = interval  # between the round before this one and this one, as it was asked for
        self._round_at: float | None = None
        self._round = 0
        self._observations: dict[str, _Observation] = {}
        self._paces: dict[str, _Pace] = {}

    def forget(self, key: str) -> None:
        """The child has died: its next process is observed from the beginning."""
        self._observations.pop(key, None)
        self._paces.pop(key, None)

    def begin_round(self, now: float) -> None:
        """Begins a round of checks. A late one means that we were stopped and the children with us: none is hung."""
        is_late = self._round_at is not None and now - self._round_at > self._pause + self._interval
        self._round_at = now
        self._round += 1
        if is_late:
            self._observations.clear()

    def end_round(self) -> float:
        """Ends a round of checks. Gives the seconds until the next one."""
        are_calm = bool(self._paces) and all(each.is_calm for each in self._paces.values())
        are_fine = all(each.is_fine(self._round_at) for each in self._observations.values())
        self._pause = self._calm_interval if are_calm and are_fine else self._interval
        return self._pause

    def check(self, key: str, child: ObservedProcess, timeout_s: float, now: float) -> HangCheck:
        """What to do about a child.

        A child is hung when it is handling one message, or is stopped, for longer than `timeout_s`, and when it does
        not react to a ping.
        """
        self._paces.setdefault(key, _Pace(child.handled_count, now)).update(child.handled_count, now)
        seen = self._observations.get(key)
        if seen is None or child.handled_count != seen.handled_count:
            self._observations[key] = _Observation(child.handled_count, now, now)
            return HangCheck.FINE
        if seen.pinged_at is not None:
            return HangCheck.HUNG if now - seen.pinged_at > timeout_s else HangCheck.FINE
        if not child.is_waiting or self._is_stopped(seen, child):
            if self._is_round_rare:  # what it does may have begun a moment ago
                seen.fine_at = max(seen.fine_at, now - self._interval)
            return HangCheck.HUNG if now - seen.fine_at > timeout_s else HangCheck.FINE
        seen.fine_at = now
        if now - seen.handled_at < QUIET:
            return HangCheck.FINE
        seen.pinged_at = now
        return HangCheck.NEEDS_PING

    @property
    def _is_round_rare(self) -> bool:
        """Whether the children were calm before this round."""
        return self._pause > self._interval

    def _is_stopped(self, seen: _Observation, child: ObservedProcess) -> bool:
        if seen.was_stopped or self._is_round_rare or self._round % _CHECK_STOPPED_EVERY == 0:
            seen.was_stopped = child.is_stopped()
        return seen.was_stopped
