"""The ping outward: only while every pair is proven; else it says that it fails, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from messages.alerts import HeartbeatState

STALE_AFTER_MS = 20_000  # the Monitor tells what it knows every few seconds: older news prove nothing
_AT_ONCE_AFTER_MS = 5_000  # a change is told at once, and not more often than this
_MOST_REASONS = 5


@dataclass(frozen=True, slots=True)
class Ping:
    """What is to be sent: to the address itself while all is well, and to the one for failures otherwise."""

    url: str
    body: str
    is_well: bool


class Heartbeat:
    """Pure: it is told the time and the result of each ping. At most one is under way."""

    def __init__(self, url: str, every_ms: int) -> None:
        self._url, self._every_ms = url, every_ms
        self._proof_ms: int | None = None  # when the newest news came (wall clock)
        self._unproven: tuple[str, ...] = ("nothing is known yet",)
        self._pinged_ms: int | None = None
        self._was_well: bool | None = None  # what the last ping said
        self._is_underway = False
        self.state: HeartbeatState | None = None

    def note_proof(self, unproven: Sequence[str], now_ms: int) -> None:
        """Why not every pair is proven, as the Monitor says it now; nothing where all are."""
        self._unproven, self._proof_ms = tuple(unproven), now_ms

    def next_ping(self, now_ms: int) -> Ping | None:
        """The ping that is due, if any. Until it has a result no other one is."""
        if not self._url or self._is_underway or self._proof_ms is None:
            return None
        reasons = self._reasons(now_ms)
        is_well = not reasons
        if not self._is_due(is_well, now_ms):
            return None
        self._pinged_ms, self._was_well, self._is_underway = now_ms, is_well, True
        url = self._url if is_well else failure_url(self._url)
        return Ping(url, "\n".join(reasons[:_MOST_REASONS]), is_well)

    def _reasons(self, now_ms: int) -> tuple[str, ...]:
        if self._proof_ms is not None and now_ms - self._proof_ms > STALE_AFTER_MS:
            return (f"nothing is known of the pairs for {(now_ms - self._proof_ms) // 1000} s",)
        return self._unproven

    def _is_due(self, is_well: bool, now_ms: int) -> bool:
        if self._pinged_ms is None:
            return True
        gap_ms = now_ms - self._pinged_ms
        return gap_ms >= (self._every_ms if is_well == self._was_well else min(_AT_ONCE_AFTER_MS, self._every_ms))

    def note_result(self, *, is_delivered: bool, text: str, now_ms: int) -> None:
        """Whether it arrived. One that did not is repeated in its time."""
        self._is_underway = False
        self.state = HeartbeatState(now_ms, bool(self._was_well), "" if is_delivered else text)
        if not is_delivered:
            self._was_well = None  # so that the next one is due at once


def failure_url(url: str) -> str:
    """The address that is told of failures, as healthchecks.io has it: `/fail` behind the path."""
    path, question, query = url.partition("?")
    return f"{path.rstrip('/')}/fail{question}{query}"
