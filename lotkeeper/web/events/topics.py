"""What is told as a whole whenever it has changed: the newest text of each topic, for pages that are behind."""

from collections.abc import Iterator
from typing import Any

import orjson


class Topics:
    """The newest event of each topic."""

    def __init__(self) -> None:
        self._events: dict[str, tuple[int, bytes]] = {}  # by topic: the number of the change, and the event
        self._number = 0

    def tell(self, topic: str, document: Any) -> None:
        """It is told to every page, if it has changed."""
        found = event(topic, document)
        if topic not in self._events or self._events[topic][1] != found:
            self._number += 1
            self._events[topic] = (self._number, found)

    def drop(self, *topics: str) -> None:
        """It is not true any more."""
        for topic in topics:
            self._events.pop(topic, None)

    @property
    def number(self) -> int:
        """Of the last change."""
        return self._number

    def since(self, number: int) -> Iterator[bytes]:
        """The events that have changed after that number, in the order of their changes."""
        newer = [each for each in self._events.values() if each[0] > number]
        yield from (found for _, found in sorted(newer))


def event(topic: str, document: Any) -> bytes:
    """One server-sent event."""
    return b"event: %s\ndata: %s\n\n" % (topic.encode(), orjson.dumps(document))
