"""Leave to connect: the exchange counts the attempts of an address, and one actor owns the count."""

from dataclasses import dataclass, replace

WINDOW_MS = 300_000  # 300 attempts in five minutes for an address (Binance web-socket-streams.md)
_WITHOUT_A_WORD_MS = 2_000
_ALONE_EVERY_MS = 100_000  # with a hundred streams and nobody to ask: 300 attempts in five minutes


@dataclass(frozen=True, slots=True)
class Leaves:
    """What one stream has of leave; times are wall clock, milliseconds.

    One leave is kept in advance, so that a stream that drops is back at once. The first attempt of a life needs none,
    since its actor was started by somebody who counts. When nobody answers, the stream goes without, rarely enough.
    """

    number: int = 1  # of the leave that it has, or waits for
    is_granted: bool = True
    attempts_ms: tuple[int, ...] = ()
    alone_at_ms: int | None = None

    def granted(self, number: int) -> "Leaves":
        return replace(self, is_granted=True) if number == self.number else self

    def may_go(self, now_ms: int, since_ms: int) -> bool:
        """Whether the attempt that was wanted since `since_ms` may be made."""
        if self.is_granted:
            return True
        rested = self.alone_at_ms is None or now_ms - self.alone_at_ms >= _ALONE_EVERY_MS
        return rested and now_ms - since_ms >= _WITHOUT_A_WORD_MS

    def spent(self, now_ms: int) -> "Leaves":
        """An attempt reached the exchange; the next leave is wanted now."""
        recent = tuple(each for each in self.attempts_ms if now_ms - each < WINDOW_MS)
        alone_at_ms = self.alone_at_ms if self.is_granted else now_ms
        return Leaves(self.number + 1, False, (*recent, now_ms), alone_at_ms)
