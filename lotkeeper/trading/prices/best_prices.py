"""The best bid and ask of a pair, where they come from, and why they are not believed."""

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class BestPrices(NamedTuple):
    """What the best BUY and SELL orders on a pair's order book offer, in quote asset; zero for an empty side."""

    bid: Decimal
    ask: Decimal


class PriceSource(StrEnum):
    """Which connection told a price."""

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


def fault_of(best: BestPrices) -> PriceRefusal | None:
    """Why they cannot be true, whatever was known before: a side is empty, or they are crossed. None if they can."""
    if best.bid <= 0 or best.ask <= 0:
        return PriceRefusal.EMPTY
    return PriceRefusal.CROSSED if best.bid > best.ask else None
