"""The memory of many processes, without the cost of reading all of it each time.

The kernel has to walk through all pages of a process to tell its proportional set size. Of two hundred actors that
takes it some tenths of a second.
"""

from collections.abc import Iterable

from lotkeeper.service.process_usage import ProcessUsage, pss_bytes_of, usage_of

_AT_ONCE = 16  # so many are read at a look; of fifty pairs each one every eighth time


class MemoryInTurns:
    """Reads the memory of some processes at each look, in turns, and remembers that of the others."""

    def __init__(self, at_once: int = _AT_ONCE) -> None:
        self._at_once = at_once
        self._known: dict[int, int | None] = {}  # by process id; the one that was read longest ago comes first

    def begin(self, pids: Iterable[int]) -> None:
        """A look at these processes begins: reads those that are new, and the next ones in turn."""
        running = set(pids)
        kept = [pid for pid in self._known if pid in running]
        due = [*sorted(running - self._known.keys()), *kept][: self._at_once]
        rest = {pid: self._known[pid] for pid in kept if pid not in due}
        self._known = {**rest, **{pid: pss_bytes_of(pid) for pid in due}}

    def usage(self, pid: int) -> ProcessUsage | None:
        """As `usage_of`; the memory is None of a process whose turn has not come yet."""
        return usage_of(pid, pss_bytes=self._known.get(pid))
