"""Is a connection alive? Judged by what arrived and when, not by the socket being open. No clock is read here."""

from dataclasses import dataclass, replace

# Binance pings every 20 s (web-socket-streams.md): a server that sends data but no ping for longer is not in order.
PINGLESS = 1.25  # times the silence after which a connection counts as dead
_MAX_ASKING_S = 5.0


@dataclass(frozen=True, slots=True)
class Alive:
    """Nothing is wrong with it."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """It delivers, but something is missing: open another connection beside it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Dead:
    """It delivers nothing: what happens now is missed."""

    reason: str


Verdict = Alive | Doubtful | Dead


@dataclass(frozen=True, slots=True)
class Liveness:
    """What is known of one connection, in monotonic seconds.

    Events that should have arrived are judged elsewhere: silence of a market by the other pairs, silence of an account
    by what a request finds.
    """

    opened_at: float
    last_byte_at: float
    last_ping_at: float
    asked_at: float | None = None  # when we sent a ping after which nothing has arrived yet
    answers: bool = False  # the server has answered a ping of ours: from then on silence after a ping means something
    was_asked: bool = False  # we have sent a ping at least once

    @classmethod
    def starting(cls, now: float) -> "Liveness":
        return cls(now, now, now)

    def heard(self, now: float, *, pinged: bool = False, ponged: bool = False) -> "Liveness":
        """After something arrived, even half a frame; whether it had a ping in it, or the answer to a ping of ours."""
        last_ping_at, answers = now if pinged else self.last_ping_at, self.answers or ponged
        return Liveness(self.opened_at, now, last_ping_at, None, answers, self.was_asked)

    def wants_ping(self, now: float, silent_after_s: float) -> bool:
        """Whether to send a ping: once at the beginning, to learn whether the server answers, then only in silence.

        Pings count against the messages that the exchange allows.
        """
        is_silent = now - self.last_byte_at >= _asking_s(silent_after_s)
        return self.asked_at is None and (is_silent or not self.was_asked)

    def asked(self, now: float) -> "Liveness":
        return replace(self, asked_at=now, was_asked=True)

    def verdict(self, now: float, silent_after_s: float) -> Verdict:
        """The state of the connection at `now`; it is dead after `silent_after_s` seconds without a byte."""
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
    return min(_MAX_ASKING_S, silent_after_s / 4)
