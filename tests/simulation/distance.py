"""How far away the exchange is: how long requests, answers and events travel, and how long a new connection takes.

It has dice of its own, and the other schedules are the same without it.
"""

from dataclasses import dataclass
from random import Random

from tests.simulation.dice import dice_of

EVERY, AMONG = 20, (3, 5, 8, 9, 11, 12, 15, 16)  # of so many schedules these
ROUND_TRIPS_S = (0.02, 0.1, 0.25, 0.3)
JITTERS = (0.0, 0.1, 0.5)  # by this part of it a round trip can take longer
CONNECT_ROUND_TRIPS = 2  # TCP and TLS


@dataclass(slots=True)
class Distance:
    """The way to the exchange and back."""

    dice: Random
    round_trip_s: float  # the shortest
    jitter_s: float  # a round trip can take so much longer

    def one_way_s(self) -> float:
        """How long one request, answer or event travels."""
        return (self.round_trip_s + self.dice.uniform(0.0, self.jitter_s)) / 2

    @property
    def connect_s(self) -> float:
        """How long it takes until something can be sent on a new connection."""
        return CONNECT_ROUND_TRIPS * self.round_trip_s

    def __str__(self) -> str:
        jitter = f" and up to {self.jitter_s * 1000:.0f} ms more" if self.jitter_s else ""
        return f"a round trip takes {self.round_trip_s * 1000:.0f} ms{jitter}"


def draw_distance(seed: int, *, is_distant: bool | None = None) -> Distance | None:
    """The distance in the schedule of this seed; None if the exchange is near.

    `is_distant` decides whether it is near; None: the seed does.
    """
    if not (seed % EVERY in AMONG if is_distant is None else is_distant):
        return None
    dice = dice_of(f"distance {seed}")  # the text is part of what a seed means
    round_trip_s = dice.choice(ROUND_TRIPS_S)
    return Distance(dice, round_trip_s, round_trip_s * dice.choice(JITTERS))
