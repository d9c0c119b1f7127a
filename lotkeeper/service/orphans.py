"""Processes that the kernel gives to the first process of a container when their parent has ended.

When the Guardian is killed, its actors end, and the launcher inherits them if it is process 1. Somebody has to collect
their exit codes; otherwise the kernel keeps an entry of each for as long as the container runs.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_FIRST_PROCESS = 1
_STATE, _PARENT = 0, 1  # places behind the name in /proc/PID/stat (man proc)
_ENDED = "Z"


class Orphans:
    """Collects them, and leaves to their owners the processes that this one has started by itself."""

    def __init__(self, pid: int | None = None) -> None:
        """`pid` is this process; by default it is looked whether it is the first one."""
        self._pid = pid
        if pid is None and os.getpid() == _FIRST_PROCESS:
            self._pid = _FIRST_PROCESS
        self._seen: frozenset[int] = frozenset()

    def collect(self) -> None:
        """To be called every few seconds: what has ended, and was there at the last call too, nobody waits for."""
        if self._pid is None:
            return
        ended = frozenset(_ended_children(self._pid))
        for pid in ended & self._seen:
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        self._seen = ended - self._seen


def _ended_children(parent: int) -> Iterator[int]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):  # it has gone meanwhile
            fields = path.read_text().rpartition(")")[2].split()
            if fields[_STATE] == _ENDED and int(fields[_PARENT]) == parent:
                yield int(path.parent.name)
