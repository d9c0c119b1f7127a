"""The unfilled order count: how many orders an account may place (source: "Unfilled Order Count Rules")."""

from lotkeeper.paper.clock import Clock
from lotkeeper.paper.errors import ApiError

MAKER_REWARD = 5


class UnfilledCount:
    """Orders of the running ten seconds and day, windows aligned to the clock.

    Each order counts one; its first fill takes one off, five if it was as maker. A limit of zero is none.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.windows = (10_000, 86_400_000)
        self.limits = [100, 200_000]
        self._counts = [0, 0]
        self._starts = [0, 0]

    def counts(self) -> list[int]:
        now = self._clock.ms()
        for index, length in enumerate(self.windows):
            if self._starts[index] != now // length:
                self._starts[index], self._counts[index] = now // length, 0
        return self._counts

    def check(self) -> None:
        """Raises ApiError -1015 when a window is full."""
        names = ("10 SECOND", "1 DAY")
        for count, limit, name in zip(self.counts(), self.limits, names, strict=True):
            if limit and count >= limit:
                text = f"Too many new orders; current limit is {limit} orders per {name}."
                raise ApiError(-1015, text, 429)

    def add(self, change: int = 1) -> None:
        for index, count in enumerate(self.counts()):
            self._counts[index] = max(0, count + change)

    def first_fill(self, maker: bool) -> None:
        self.add(-MAKER_REWARD if maker else -1)
