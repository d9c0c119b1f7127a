"""One open page: what it has been told, and what it is to be told next."""

from collections.abc import Iterator, Sequence
from typing import Any

from lotkeeper.service.documents.triggers import with_distances
from lotkeeper.web.events.hub import Hub
from lotkeeper.web.events.lots_mirror import LotsPlace
from lotkeeper.web.events.status_mirror import ToldStatus
from lotkeeper.web.events.topics import event

_ROWS_AT_ONCE = 500  # an event of ten thousand lots would hold up the page, and this process


class Page:
    """What it is behind with is told together: a page that reads slowly costs no memory here."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._topics = 0
        self._status: ToldStatus | None = None
        self._lots = LotsPlace()

    def due(self) -> Iterator[bytes]:
        """The events that it does not have."""
        yield from self._due_status()
        number = self._hub.topics.number
        yield from self._hub.topics.since(self._topics)
        self._topics = number
        yield from self._due_lots()

    def _due_status(self) -> Iterator[bytes]:
        newest, place = self._hub.status.newest(), self._status
        if newest is None or newest is place:
            return
        change = None if place is None else self._hub.status.change_since(place)
        self._status = newest
        if change is None:
            yield event("status", newest.document)
        else:
            yield event("status-change", change)

    def _due_lots(self) -> Iterator[bytes]:
        news = self._hub.mirror.since(self._lots)
        if news is None or news.is_empty:
            return
        self._lots = news.place
        yield self._lots_event(news.changed[:_ROWS_AT_ONCE], news.removed, is_whole=news.is_whole)
        for start in range(_ROWS_AT_ONCE, len(news.changed), _ROWS_AT_ONCE):
            yield self._lots_event(news.changed[start : start + _ROWS_AT_ONCE], (), is_whole=False)

    def _lots_event(self, rows: Sequence[dict[str, Any]], removed: Sequence[str], *, is_whole: bool) -> bytes:
        changed = with_distances(rows, self._hub.bids)
        return event("lots", {"whole": is_whole, "changed": changed, "removed": list(removed)})
