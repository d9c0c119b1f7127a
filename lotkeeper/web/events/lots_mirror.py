"""The open lots as the open pages have them: each page gets what has changed since its last event."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lotkeeper.trading.reports.change_log import ChangeLog

Json = dict[str, Any]
_MOST_REMEMBERED = 20_000  # names; a page that is further behind gets the whole


@dataclass(frozen=True, slots=True)
class LotsPlace:
    """How far a page has come."""

    series: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class LotsNews:
    """What a page does not have."""

    place: LotsPlace  # how far it has come with this
    is_whole: bool  # what the page has from before does not count
    changed: Sequence[Json]
    removed: Sequence[str]  # the names of lots that are not open any more

    @property
    def is_empty(self) -> bool:
        return not (self.is_whole or self.changed or self.removed)


class LotsMirror:
    """Rows of open lots by their names. A row is never changed, but replaced."""

    def __init__(self) -> None:
        self._rows: dict[str, Json] | None = None
        self._series = 0
        self._log = ChangeLog(0, _MOST_REMEMBERED)

    @property
    def is_known(self) -> bool:
        return self._rows is not None

    def replace(self, rows: Iterable[Json]) -> None:
        """All lots again: every page gets the whole."""
        self._rows = {row["lot"]: row for row in rows}
        self._series += 1
        self._log.begin(self._series)

    def forget(self) -> None:
        """It may not be true any more."""
        self._rows = None

    def update(self, rows: Iterable[Json], gone: Iterable[str]) -> None:
        """These rows are new or have changed, and lots of these names are not open any more."""
        if self._rows is None:
            return
        changed = [row for row in rows if self._rows.get(row["lot"]) != row]
        removed = [name for name in gone if self._rows.pop(name, None) is not None]
        self._rows.update({row["lot"]: row for row in changed})
        self._log.note([*removed, *(row["lot"] for row in changed)])

    def of_pairs(self, symbols: Iterable[str]) -> list[str]:
        """The names of the lots of these pairs."""
        wanted = set(symbols)
        return [name for name, row in (self._rows or {}).items() if row["pair"] in wanted]

    def since(self, place: LotsPlace) -> LotsNews | None:
        """None while the lots are not known."""
        if self._rows is None:
            return None
        found = self._log.since(place.series, place.number)
        here = LotsPlace(found.series, found.number)
        if found.names is None:
            return LotsNews(here, True, list(self._rows.values()), ())
        changed = [self._rows[name] for name in reversed(found.names) if name in self._rows]
        return LotsNews(here, False, changed, [name for name in found.names if name not in self._rows])
