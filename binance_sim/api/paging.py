"""Paging: which rows a query means (source: "General API information").

Neither bound gives the newest, a start the oldest from there, an end the newest up to there; always ascending.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TypeVar

DEFAULT_LIMIT, MAX_LIMIT = 500, 1000

Row = TypeVar("Row")


def page(rows: Sequence[Row], from_start: bool, limit: int) -> Sequence[Row]:
    return rows[:limit] if from_start else rows[-limit:]


def newest(rows: Sequence[Row] | Iterable[Row], count: int, limit: int) -> list[Row]:
    """The last `limit` of `count` rows that can only be walked through."""
    return list(islice(rows, max(0, count - limit), None))


def inside(time: int, start: int | None, end: int | None) -> bool:
    return (start is None or time >= start) and (end is None or time <= end)
