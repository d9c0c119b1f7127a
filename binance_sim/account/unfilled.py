"""The unfilled order count: how many orders an account may place (source: "Spot Unfilled Order Count Rules")."""

from binance_sim.clock import SimulatorClock
from binance_sim.errors import TooManyOrdersError

MAKER_REWARD = 5
TEN_SECONDS_US, DAY_US = 10_000_000, 86_400_000_000
DEFAULT_LIMITS = (100, 200_000)
NAMES = ("10 SECOND", "1 DAY")


class UnfilledCount:
    """Orders of the current ten seconds and the current day, in windows aligned to the clock.

    Each order counts one; its first fill subtracts one, or five for a maker. A limit of zero means no limit.
    """

    windows = (TEN_SECONDS_US, DAY_US)

    def __init__(self, clock: SimulatorClock, limits: tuple[int, int] = DEFAULT_LIMITS) -> None:
        self._clock = clock
        self.limits = list(limits)
        self._counts = [0, 0]
        self._starts = [0, 0]

    def dump(self) -> list[list[int]]:
        """Counts and their windows, for `load`."""
        return [self._counts, self._starts]

    def load(self, kept: list[list[int]]) -> None:
        self._counts, self._starts = (list(each) for each in kept)

    def counts(self) -> list[int]:
        now = self._clock.us()
        for index, length in enumerate(self.windows):
            if self._starts[index] != now // length:
                self._starts[index], self._counts[index] = now // length, 0
        return self._counts

    def check(self, orders: int = 1) -> None:
        """Raises TooManyOrdersError (-1015) if a window has no room for so many orders.

        The longest such window decides when to try again. A list needs room for all of its orders: that is our choice,
        the exchange documents only how many it counts.
        """
        now, counts = self._clock.us(), self.counts()
        for index in reversed(range(len(counts))):
            limit, length = self.limits[index], self.windows[index]
            if limit and counts[index] + orders > limit:
                retry_us = (now // length + 1) * length
                raise TooManyOrdersError(limit, NAMES[index], now, retry_us)

    def add(self, change: int = 1) -> None:
        counts = self.counts()
        for index, count in enumerate(counts):
            counts[index] = max(0, count + change)

    def count_first_fill(self, maker: bool) -> None:
        self.add(-MAKER_REWARD if maker else -1)
