"""The exchange's time, for the timestamps of signed requests."""

from collections.abc import Callable

from lotkeeper.exchange.budget.windows import ExchangeClock


class RequestClock:
    """The exchange's clock as it was measured last; threads read it too."""

    def __init__(self, monotonic: Callable[[], float], wall_ms: Callable[[], int]) -> None:
        self.monotonic = monotonic
        self.wall_ms = wall_ms
        self._clock = ExchangeClock(wall_ms(), monotonic())

    def now_ms(self) -> int:
        """The exchange's time, in milliseconds; rather behind than ahead."""
        return self._clock.ms(self.monotonic())

    def set(self, server_ms: int, received_at: float) -> None:
        """The exchange told its time in a reply that was received at `received_at` (monotonic, s).

        It read its clock before. Counted from the reply we are behind, by one round trip at most. That is the safe
        side: the exchange tolerates a second ahead, but the whole receive window behind.
        """
        self._clock.set(server_ms, received_at)
