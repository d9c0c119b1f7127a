"""Checks the descriptors that an actor watches: Thespian ends the process when one is named twice."""

import fcntl
from collections.abc import Iterable, Sequence


class Watchlist:
    """The descriptors that can be watched, and a complaint about each that cannot, once for each reason."""

    def __init__(self) -> None:
        self._last: list[int] = []
        self._complained: set[str] = set()
        self._new_complaints: list[str] = []

    def check(self, descriptors: Sequence[int]) -> list[int]:
        """The usable ones in their order: open, not negative, each once."""
        usable: dict[int, None] = {}
        for descriptor in descriptors:
            fault = "is watched twice" if descriptor in usable else _fault_of(descriptor)
            if fault:
                self._complain(f"descriptor {descriptor} {fault}")
            else:
                usable[descriptor] = None
        self._last = list(usable)
        return self._last

    def last_open(self) -> list[int]:
        """Those of the last list that are still open."""
        return [each for each in self._last if not _fault_of(each)]

    def pop_complaints(self) -> Iterable[str]:
        """The complaints since the last call."""
        complaints, self._new_complaints = self._new_complaints, []
        return complaints

    def _complain(self, text: str) -> None:
        if text not in self._complained:
            self._complained.add(text)
            self._new_complaints.append(text)


def _fault_of(descriptor: int) -> str | None:
    if not isinstance(descriptor, int) or descriptor < 0:
        return "is no descriptor"
    try:
        fcntl.fcntl(descriptor, fcntl.F_GETFD)
    except OSError:
        return "is watched but closed"
    return None
