"""How often a wrong token may be tried: of all browsers together, for they all come from the loopback address."""

from collections import deque

MOST_WRONG = 10
WITHIN_S = 60.0


class Tries:
    """Times are seconds of a clock that never runs back."""

    def __init__(self, most: int = MOST_WRONG, within_s: float = WITHIN_S) -> None:
        self._most, self._within_s = most, within_s
        self._wrong: deque[float] = deque()

    def wait_s(self, now_s: float) -> float:
        """For how long no token is tried, not even the right one; zero while one may be tried."""
        while self._wrong and now_s - self._wrong[0] >= self._within_s:
            self._wrong.popleft()
        return self._wrong[0] + self._within_s - now_s if len(self._wrong) >= self._most else 0.0

    def note_wrong(self, now_s: float) -> bool:
        """Whether it is the last one for a while."""
        self._wrong.append(now_s)
        return len(self._wrong) == self._most
