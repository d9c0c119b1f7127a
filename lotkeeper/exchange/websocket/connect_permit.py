"""The permit of one stream to connect: the exchange counts the attempts of an address, and the Gateway keeps count."""

from dataclasses import dataclass, replace

WINDOW_MS = 300_000  # 300 attempts in five minutes for an address (Binance web-socket-streams.md)
_UNANSWERED_MS = 2_000
_UNPERMITTED_EVERY_MS = 100_000  # a hundred streams and no Gateway: 300 attempts in five minutes


@dataclass(frozen=True, slots=True)
class ConnectPermit:
    """The permit that a stream has or waits for; times are wall clock, milliseconds.

    A stream keeps one permit in advance, so that it can reconnect at once. The first attempt of an actor needs none,
    because whoever starts actors limits how often. When no Gateway answers, the stream connects without a permit, but
    rarely enough.
    """

    number: int = 1
    is_granted: bool = True
    attempts_ms: tuple[int, ...] = ()  # of the last five minutes
    unpermitted_at_ms: int | None = None  # the newest attempt without a permit

    def granted(self, number: int) -> "ConnectPermit":
        """As it is after the Gateway has granted permit `number`."""
        return replace(self, is_granted=True) if number == self.number else self

    def may_connect(self, now_ms: int, since_ms: int) -> bool:
        """Whether the attempt may be made that the stream has wanted since `since_ms`."""
        if self.is_granted:
            return True
        is_rare = self.unpermitted_at_ms is None or now_ms - self.unpermitted_at_ms >= _UNPERMITTED_EVERY_MS
        return is_rare and now_ms - since_ms >= _UNANSWERED_MS

    def used(self, now_ms: int) -> "ConnectPermit":
        """As it is after an attempt that reached the exchange: the next permit is wanted now."""
        recent = tuple(each for each in self.attempts_ms if now_ms - each < WINDOW_MS)
        unpermitted_at_ms = self.unpermitted_at_ms if self.is_granted else now_ms
        return ConnectPermit(self.number + 1, False, (*recent, now_ms), unpermitted_at_ms)
