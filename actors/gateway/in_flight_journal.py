"""The file of orders in flight: a row is taken before an order is sent, and freed at its answer.

It is written without fsync. What a process wrote stays with the kernel when the process is killed; a machine that
crashes takes longer to start than a request can live (its receive window and ten seconds).
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from lotkeeper.trading.recovery.in_flight import FREE_ROW, ROW_BYTES

ROWS = 1024
_LENGTH = ROWS * ROW_BYTES


class InFlightJournal(Protocol):
    """Rows by number, below ROWS."""

    def rows(self) -> list[bytes]: ...

    def write(self, number: int, row: bytes) -> None:
        """Raises OSError."""

    def close(self) -> None: ...


JournalFactory = Callable[[Path], InFlightJournal]  # raises OSError


class NoJournal:
    """For a Gateway without a file: nothing outlives the process."""

    def rows(self) -> list[bytes]:
        return []

    def write(self, number: int, row: bytes) -> None:
        pass

    def close(self) -> None:
        pass


class FileJournal:
    """One process at a time writes the file. It takes all of its space at once: later a full disk stops no order."""

    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            self._fill_up()
        except OSError:
            self.close()
            raise

    def rows(self) -> list[bytes]:
        content = os.pread(self._descriptor, _LENGTH, 0)
        return [content[start : start + ROW_BYTES] for start in range(0, _LENGTH, ROW_BYTES)]

    def write(self, number: int, row: bytes) -> None:
        """In one call and on one page: a process that is killed has written all of it or nothing."""
        if os.pwrite(self._descriptor, row, number * ROW_BYTES) != len(row):
            raise OSError("written in part only")

    def close(self) -> None:
        os.close(self._descriptor)

    def _fill_up(self) -> None:
        length = os.fstat(self._descriptor).st_size
        missing = (FREE_ROW * ROWS)[length:]
        if missing and os.pwrite(self._descriptor, missing, length) != len(missing):
            raise OSError("there is no room for it")
