"""When candles may be asked for: within a small part of the exchange's limit, and not while it wants silence."""

from collections import deque
from http import HTTPStatus

_MOST_A_MINUTE = 30  # requests of weight 2 each: a hundredth of the limit that the Gateway lives by
_MINUTE_S = 60.0
_SILENCE_S = {HTTPStatus.TOO_MANY_REQUESTS: 60.0, 418: 300.0}  # where the exchange does not say for how long


class CandleBudget:
    """Times are of a monotonic clock, in seconds."""

    def __init__(self, most_a_minute: int = _MOST_A_MINUTE) -> None:
        self._most = most_a_minute
        self._sent: deque[float] = deque()
        self._silent_until = float("-inf")

    def refusal(self, now_s: float) -> str:
        """Why no request may be sent, for people; empty where it may, and then it counts."""
        if now_s < self._silent_until:
            left = self._silent_until - now_s
            return f"the exchange wants no requests for another {left:.0f} s; trading has a budget of its own"
        while self._sent and self._sent[0] <= now_s - _MINUTE_S:
            self._sent.popleft()
        if len(self._sent) >= self._most:
            return f"{self._most} requests for candles were sent in the last minute; ask again later"
        self._sent.append(now_s)
        return ""

    def note_status(self, status: int, retry_after: str, now_s: float) -> None:
        """What the exchange answered: after 429 and 418 it is left alone for as long as it says."""
        if status in _SILENCE_S:
            wait_s = float(retry_after) if retry_after.isdecimal() else _SILENCE_S[status]
            self._silent_until = max(self._silent_until, now_s + wait_s)
