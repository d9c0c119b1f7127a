"""The documents that only the API has. The others are those of the commands."""

from typing import Annotated, Any

from pydantic import Field

from lotkeeper.service.schemas.base import Amount, Count, Document, Moment
from lotkeeper.service.schemas.lots import Position

_MS = "milliseconds since 1970"
AtMs = Annotated[int, Field(description=_MS)]
Candle = tuple[AtMs, Amount, Amount, Amount, Amount, Amount]
"""Open time, open, high, low, close (quote asset), volume (base asset)."""
Candles = list[Candle]
EarnedPoint = tuple[AtMs, Amount]


class EarnedSeries(Document):
    """What a pair has earned since the beginning of the time."""

    pair: str
    quote: str
    points: list[EarnedPoint]
    """The beginning of each day or hour (UTC) with a sale, and the sum up to its end."""


class ProfitSeries(Document):
    """What was earned over time, after every fee."""

    by: str
    since: Moment | None
    until: Moment | None
    series: list[EarnedSeries]
    uncounted_lots: Count


class LotOfEvent(Position):
    """A row of `lotkeeper positions` with the floor of what is not sold."""

    floor: Amount | None
    """The lowest price (quote asset) at which all that is not sold brings its cost and the wanted profit."""


class LotsEvent(Document):
    """The data of the event `lots`."""

    whole: bool
    """What was told before does not count."""
    changed: list[LotOfEvent]
    """New rows, and rows in the place of earlier ones; `away_pct` is of the moment at which they are told."""
    removed: list[str]
    """The names of lots that are not open any more."""


class StatusChange(Document):
    """The data of the event `status-change`: what makes the status of now of the one that was told before."""

    changed: dict[str, Any]
    """Objects are changed key by key, in depth; any other value takes the place of the one before."""
    removed: list[list[str]]
    """Each a path of keys: what is there is not there any more."""


API_SCHEMAS: dict[str, Any] = {
    "candles": Candles,
    "profit series": ProfitSeries,
    "event lots": LotsEvent,
    "event status-change": StatusChange,
}
