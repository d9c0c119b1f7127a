"""Where a price comes from, and why one is not believed."""

from enum import StrEnum


class PriceSource(StrEnum):
    """Who said a price."""

    STREAM = "stream"
    REST = "rest"


class PriceRefusal(StrEnum):
    """Why a frame's price is not believed, or not yet."""

    EMPTY = "an empty side"
    CROSSED = "crossed"
    OLD = "not newer than what is known"
    OFF_TICK = "off the tick, held until it is confirmed"
    FAR = "far from the last, held until it is confirmed"
    NOT_POSITIVE = "not above zero"
    HALTED = "the pair does not trade"
