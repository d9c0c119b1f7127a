"""Is a connection alive? Judged by what came and when, never by the socket being open. No clock is read here."""

from dataclasses import dataclass, replace

# Binance pings every 20 s (web-socket-streams.md): whoever sends data without a ping for so long is in a strange state.
PINGLESS = 1.25  # times the silence that means death


@dataclass(frozen=True, slots=True)
class Alive:
    """Nothing speaks against it."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """It delivers, and yet something is missing: open another beside it and see."""

    reason: str


@dataclass(frozen=True, slots=True)
class Dead:
    """What it says is nothing; what happens is missed."""

    reason: str


Verdict = Alive | Doubtful | Dead


@dataclass(frozen=True, slots=True)
class Clocks:
    """Three moments of one connection, in monotonic seconds: the last byte, the last ping, and its opening.

    The third clock, of events that should have come, is not in the connection's hands: silence of a market is judged
    against the other pairs, silence of an account against what a request finds.
    """

    opened_at: float
    last_byte_at: float
    last_ping_at: float

    @classmethod
    def starting(cls, now: float) -> "Clocks":
        return cls(now, now, now)

    def heard(self, now: float, *, pinged: bool) -> "Clocks":
        """Something came, be it half a frame; `pinged` when a ping was in it."""
        return replace(self, last_byte_at=now, last_ping_at=now if pinged else self.last_ping_at)

    def verdict(self, now: float, silent_after_s: float) -> Verdict:
        """What to think of the connection at `now`; `silent_after_s` seconds without a byte are death."""
        silent_s = now - self.last_byte_at
        if silent_s > silent_after_s:
            return Dead(f"not a byte for {silent_s:.0f} s")
        pingless_s = now - self.last_ping_at
        if pingless_s > silent_after_s * PINGLESS:
            return Doubtful(f"data, but no ping for {pingless_s:.0f} s")
        return Alive()

    def age_s(self, now: float) -> float:
        return now - self.opened_at
