"""How long data is on its way between a client and the exchange."""

from dataclasses import dataclass, field
from random import Random

# TCP and TLS 1.3 need one round trip each before a client can send its first request.
HANDSHAKE_ROUND_TRIPS = 2


@dataclass(frozen=True, slots=True)
class Distance:
    """A round trip takes `round_trip_s`, and up to `jitter_s` more; each way gets half of it. Times in seconds."""

    round_trip_s: float
    jitter_s: float = 0.0
    dice: Random = field(default_factory=Random)  # draws the jitter, for all connections in turn

    @property
    def is_remote(self) -> bool:
        """Whether there is anything to delay."""
        return bool(self.round_trip_s or self.jitter_s)

    def draw_one_way_s(self) -> float:
        """The time of one piece of data, in one direction."""
        return (self.round_trip_s + self.dice.uniform(0, self.jitter_s)) / 2

    def draw_handshake_s(self) -> float:
        """From a client's attempt to connect to the moment at which it can send its first request."""
        return sum(self.draw_one_way_s() for _ in range(2 * HANDSHAKE_ROUND_TRIPS))


def read_distance(round_trip_ms: float, jitter_ms: float, seed: str) -> Distance:
    """The distance that the options ask for; the same seed draws the same jitter."""
    return Distance(round_trip_ms / 1000, jitter_ms / 1000, Random(f"distance/{seed}"))
