"""The exchange's clock, kept by one of ours that is never set."""


class ExchangeClock:
    """Counts on from the moment that the exchange last told; until then it believes the clock of this machine."""

    def __init__(self, wall_ms: int, monotonic_s: float) -> None:
        self._offset_ms = wall_ms - int(monotonic_s * 1000)

    def ms(self, monotonic_s: float) -> int:
        """The exchange's time, in milliseconds since 1970 UTC."""
        return int(monotonic_s * 1000) + self._offset_ms

    def set(self, server_ms: int, monotonic_s: float) -> None:
        """It is `server_ms` there."""
        self._offset_ms = server_ms - int(monotonic_s * 1000)
