"""Which descriptors an actor watches, checked: Thespian ends the process on one named twice."""

import fcntl
from collections.abc import Iterable, Sequence


class Watchlist:
    """The descriptors to watch, without those that cannot be, and what is to be said about those (once each)."""

    def __init__(self) -> None:
        self._last: list[int] = []
        self._said: set[str] = set()
        self._to_say: list[str] = []

    def checked(self, descriptors: Sequence[int]) -> list[int]:
        """The usable ones in their order: open, not negative, each once."""
        good: dict[int, None] = {}
        for descriptor in descriptors:
            fault = "is watched twice" if descriptor in good else _fault(descriptor)
            if fault:
                self._complain(f"descriptor {descriptor} {fault}")
            else:
                good[descriptor] = None
        self._last = list(good)
        return self._last

    def last_open(self) -> list[int]:
        """Those of the last list that are still open."""
        return [each for each in self._last if not _fault(each)]

    def complaints(self) -> Iterable[str]:
        """What has to be said since the last call."""
        said, self._to_say = self._to_say, []
        return said

    def _complain(self, text: str) -> None:
        if text not in self._said:
            self._said.add(text)
            self._to_say.append(text)


def _fault(descriptor: int) -> str | None:
    if not isinstance(descriptor, int) or descriptor < 0:
        return "is no descriptor"
    try:
        fcntl.fcntl(descriptor, fcntl.F_GETFD)
    except OSError:
        return "is watched but closed"
    return None
