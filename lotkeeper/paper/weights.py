"""The request weight of the running minute (source: "Limits")."""

from lotkeeper.paper.clock import Clock
from lotkeeper.paper.errors import ApiError

MINUTE_MS = 60_000


class TooManyRequestsError(ApiError):
    """The minute's weight is used up; `retry_after_s` and `retry_at_ms` say when the next one begins."""

    def __init__(self, limit: int, now: int) -> None:
        text = f"Too much request weight used; current limit is {limit} request weight per 1 MINUTE. "
        super().__init__(-1003, text + "Please use WebSocket Streams for live updates to avoid polling the API.", 429)
        self.retry_at_ms = (now // MINUTE_MS + 1) * MINUTE_MS
        self.retry_after_s = -(-(self.retry_at_ms - now) // 1000)
        self.now = now


class Weights:
    """Weight used since the minute began; a limit of zero is none."""

    def __init__(self, clock: Clock, limit: int) -> None:
        self._clock = clock
        self.limit = limit
        self._used = 0
        self._minute = 0

    @property
    def used(self) -> int:
        minute = self._clock.ms() // MINUTE_MS
        if minute != self._minute:
            self._minute, self._used = minute, 0
        return self._used

    def add(self, weight: int) -> None:
        """Raises TooManyRequestsError where the limit is passed; what is refused counts too."""
        self._used = self.used + weight
        if self.limit and self._used > self.limit:
            raise TooManyRequestsError(self.limit, self._clock.ms())

    def give_back(self, weight: int) -> None:
        self._used = max(0, self.used - weight)

    def row(self) -> dict[str, object]:
        fixed = {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1}
        return fixed | {"limit": self.limit or 6000, "count": self.used}
