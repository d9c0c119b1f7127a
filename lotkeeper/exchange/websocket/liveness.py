"""Is a connection alive? Judged by what came and when, never by the socket being open. No clock is read here."""

from dataclasses import dataclass, replace

# Binance pings every 20 s (web-socket-streams.md): whoever sends data without a ping for so long is in a strange state.
PINGLESS = 1.25  # times the silence that means death
_MOST_ASKING_S = 5.0


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
    """Moments of one connection, in monotonic seconds: its opening, the last byte, the last ping.

    The clock of events that should have come is not in the connection's hands: silence of a market is judged against
    the other pairs, silence of an account against what a request finds. `asked_at` is when we sent a ping after which
    nothing has come yet; `answers` says that a ping of ours was ever answered: then silence after one means something.
    """

    opened_at: float
    last_byte_at: float
    last_ping_at: float
    asked_at: float | None = None
    answers: bool = False
    was_asked: bool = False

    @classmethod
    def starting(cls, now: float) -> "Clocks":
        return cls(now, now, now)

    def heard(self, now: float, *, pinged: bool = False, ponged: bool = False) -> "Clocks":
        """Something came, be it half a frame; whether a ping was in it, or the answer to one of ours."""
        last_ping_at, answers = now if pinged else self.last_ping_at, self.answers or ponged
        return Clocks(self.opened_at, now, last_ping_at, None, answers, self.was_asked)

    def wants_ping(self, now: float, silent_after_s: float) -> bool:
        """Whether it is time to ask: once at the beginning, to learn whether pings are answered, then only in silence.

        Pings count against the messages that the exchange allows.
        """
        is_silent = now - self.last_byte_at >= _asking_s(silent_after_s)
        return self.asked_at is None and (is_silent or not self.was_asked)

    def asked(self, now: float) -> "Clocks":
        return replace(self, asked_at=now, was_asked=True)

    def verdict(self, now: float, silent_after_s: float) -> Verdict:
        """What to think of the connection at `now`; `silent_after_s` seconds without a byte are death."""
        silent_s, pingless_s = now - self.last_byte_at, now - self.last_ping_at
        if silent_s > silent_after_s:
            return Dead(f"not a byte for {silent_s:.0f} s")
        if self.answers and self.asked_at is not None and now - self.asked_at >= _asking_s(silent_after_s):
            return Doubtful(f"no answer to a ping for {now - self.asked_at:.0f} s")
        if silent_s > silent_after_s / 2:
            return Doubtful(f"not a byte for {silent_s:.0f} s")
        if pingless_s > silent_after_s * PINGLESS:
            return Doubtful(f"data, but no ping for {pingless_s:.0f} s")
        return Alive()

    def age_s(self, now: float) -> float:
        return now - self.opened_at


def _asking_s(silent_after_s: float) -> float:
    return min(_MOST_ASKING_S, silent_after_s / 4)
