"""Which of many things have changed since somebody looked: what did not change costs nothing."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChangedNames:
    """What has changed up to a number of a series."""

    series: int
    number: int
    names: tuple[str, ...] | None  # None: it is not known, and anything may have changed


class ChangeLog:
    """Numbers changes, and remembers the last one of each name, of so many names and no more."""

    def __init__(self, series: int, most: int) -> None:
        """`series` is another one than that of any log before: numbers of another series say nothing here."""
        self._series, self._most = series, most
        self._numbers: OrderedDict[str, int] = OrderedDict()  # by name, the last change comes last
        self._number = 0
        self._forgotten = 0  # changes up to this one may not be remembered any more

    def note(self, names: Iterable[str]) -> None:
        """They have changed now."""
        for name in names:
            self._number += 1
            self._numbers[name] = self._number
            self._numbers.move_to_end(name)
        while len(self._numbers) > self._most:
            _, self._forgotten = self._numbers.popitem(last=False)

    def begin(self, series: int) -> None:
        """Anything may have changed: another series begins."""
        self._series = max(series, self._series + 1)
        self._numbers.clear()
        self._number = self._forgotten = 0

    def since(self, series: int, number: int) -> ChangedNames:
        """What has changed after that number, the last change first."""
        if series != self._series or not self._forgotten <= number <= self._number:
            return ChangedNames(self._series, self._number, None)
        found = []
        for name, changed in reversed(self._numbers.items()):
            if changed <= number:
                break
            found.append(name)
        return ChangedNames(self._series, self._number, tuple(found))
