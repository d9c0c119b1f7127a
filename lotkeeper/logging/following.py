"""New lines of the log in the order of their times, although some are written a moment later than others."""

from collections.abc import Iterable

from lotkeeper.logging.reading import Entry, in_order

HELD_S = 0.5  # a line is written within about half of that


class FollowedLines:
    """Holds each line back for a moment, so that older ones can still come before it."""

    def __init__(self) -> None:
        self._held: list[tuple[float, Entry]] = []  # with the moment when each was read (monotonic, seconds)

    def add(self, entries: Iterable[Entry], now_s: float) -> list[Entry]:
        """These were read now. Returns those whose turn it is: no older ones come before them any more."""
        self._held += [(now_s, each) for each in entries]
        due = [_time(each) for read_s, each in self._held if read_s <= now_s - HELD_S]
        if not due:
            return []
        ready = [each for _, each in self._held if _time(each) <= max(due)]
        self._held = [(read_s, each) for read_s, each in self._held if _time(each) > max(due)]
        return in_order(ready)

    def rest(self) -> list[Entry]:
        """At the end, all that are held."""
        held, self._held = self._held, []
        return in_order(each for _, each in held)


def _time(entry: Entry) -> str:
    return str(entry.get("ts", ""))
