"""The processes that a test has started, apart from all that ran before it and from what those start meanwhile."""

from collections.abc import Iterator
from contextlib import suppress

import psutil


class NewProcesses:
    """What descends from this process and began after this was made.

    Other tests of the same worker leave processes that are theirs: a PostgreSQL server, which starts processes of its
    own at any time, or an exchange. These and their descendants do not count.
    """

    def __init__(self) -> None:
        self._older = frozenset(psutil.Process().children(recursive=True))

    def all(self) -> list[psutil.Process]:
        """Also those that have ended and have not been collected."""
        return list(self._below(psutil.Process()))

    def running(self) -> list[psutil.Process]:
        """Without those that have ended."""
        return [each for each in self.all() if _runs(each)]

    def _below(self, parent: psutil.Process) -> Iterator[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            for each in parent.children():
                if each not in self._older:
                    yield each
                    yield from self._below(each)


def _runs(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
