"""The status as the open pages have it: each page gets the whole once, and then what has changed since its last event.

A status of a hundred pairs is some hundred kilobytes, and in each second a price has moved: that alone is told. Ages
and counters change with every look; they are told with the next look that is due, and not before.
"""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
_DUE_EVERY = 5  # looks: so old an age may be on a page
_UNREST = frozenset({
    "age_seconds",
    "frames",
    "ignored",
    "kinds",
    "taken",
    "superseded",
    "requests",
    "records",
    "used",
    "weight_used",
    "pinged",
    "uptime_seconds",
    "oldest_in_flight_seconds",
    "in_flight",
})  # fmt: skip
_AGE_OF = {"complete_age_seconds": "complete_as_of"}  # told when its moment has changed, too


@dataclass(frozen=True, slots=True)
class ToldStatus:
    """What a page has. A document is never changed, but replaced."""

    series: int
    number: int
    document: Json


@dataclass(frozen=True, slots=True)
class StatusNews:
    """From one document to the next. Changed parts of objects are objects; a list or a value is told as a whole."""

    changed: Json
    removed: list[list[str]]  # the paths of keys that are not there any more


class StatusMirror:
    """The newest document, and the last difference, which all pages need that are not behind."""

    def __init__(self) -> None:
        self._told: ToldStatus | None = None
        self._series = 0
        self._looks = 0
        self._change: tuple[tuple[int, int, int], StatusNews] | None = None  # of series, from number, to number

    def note(self, status: Json) -> None:
        """The status of a look; not to be changed any more."""
        told = self._told
        if told is None:
            self._series += 1
            self._looks = 0
            self._told = ToldStatus(self._series, 0, status)
            return
        self._looks += 1
        document = status if self._looks % _DUE_EVERY == 0 else at_rest(status, told.document)
        if document != told.document:
            self._told = ToldStatus(told.series, told.number + 1, document)

    def forget(self) -> None:
        """It may not be true any more: the next one is told as a whole."""
        self._told = None

    def newest(self) -> ToldStatus | None:
        """None while nothing is known."""
        return self._told

    def change_since(self, place: ToldStatus) -> StatusNews | None:
        """None where the page has nothing of this series, and needs the whole."""
        told = self._told
        if told is None or place.series != told.series:
            return None
        key = told.series, place.number, told.number
        if self._change is None or self._change[0] != key:
            self._change = key, difference(place.document, told.document)
        return self._change[1]


def at_rest(status: Json, told: Json) -> Json:
    """The status with the ages and counters that were told, where there were any."""
    found: Json = {}
    for key, value in status.items():
        before = told.get(key)
        if before is not None and _is_restless(key, status, told):
            found[key] = before
        elif isinstance(value, dict) and isinstance(before, dict):
            found[key] = at_rest(value, before)
        else:
            found[key] = _rows_at_rest(value, before)
    return found


def difference(before: Json, after: Json) -> StatusNews:
    """What makes the one of the other."""
    removed: list[list[str]] = []
    return StatusNews(_changed(before, after, (), removed), removed)


def _is_restless(key: str, status: Json, told: Json) -> bool:
    moment = _AGE_OF.get(key)
    return key in _UNREST or (moment is not None and status.get(moment) == told.get(moment))


def _rows_at_rest(value: Any, before: Any) -> Any:
    """Of a list of as many objects each, one by one; all else as it is."""
    are_lists = isinstance(value, list) and isinstance(before, list) and len(value) == len(before)
    if not are_lists or not all(isinstance(each, dict) for each in (*value, *before)):
        return value
    return [at_rest(row, old) for row, old in zip(value, before, strict=True)]


def _changed(before: Json, after: Json, path: tuple[str, ...], removed: list[list[str]]) -> Json:
    removed.extend([*path, key] for key in before.keys() - after.keys())
    found: Json = {}
    for key, value in after.items():
        old = before.get(key)
        if value == old and key in before:
            continue
        if isinstance(value, dict) and isinstance(old, dict):
            found[key] = _changed(old, value, (*path, key), removed)
        else:
            found[key] = value
    return found
