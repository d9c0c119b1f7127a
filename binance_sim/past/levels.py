"""The levels of the past, from blocks of 64 days to seconds. Each part consists of those of the level below.

Four hours and a quarter of an hour are levels so that candles of these and longer intervals need few parts.

The prices move like those of `PriceWalk`: around their home, by 0.6 % within seconds, by little more within a day.
Days and blocks also wander, as on a real exchange.
"""

from dataclasses import dataclass
from itertools import pairwise

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Level:
    """How prices move from one part of a level to the next, as fractions of the price."""

    seconds: int  # the length of each part
    spread: float  # how far a close is from home: standard deviation
    memory: float  # which share of that distance the next close keeps
    wick: float  # how far high and low usually reach beyond open and close


LEVELS = (
    Level(64 * DAY_S, 0.25, 0.9, 0.1),
    Level(DAY_S, 0.05, 0.9, 0.02),
    Level(4 * HOUR_S, 0.008, 0.5, 0.018),
    Level(HOUR_S, 0.007, 0.3, 0.016),
    Level(15 * MINUTE_S, 0.0065, 0.1, 0.0135),
    Level(MINUTE_S, 0.006, 0.05, 0.01),
    Level(1, 0.006, 0.87, 0.0012),
)
BELOW = {upper.seconds: lower for upper, lower in pairwise(LEVELS)}
