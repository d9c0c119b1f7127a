"""One file of records that wait, in the order in which they came."""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from persistence.backlog.lines import (
    DamagedLineError,
    LoadedWithoutWaiting,
    entries_from_line,
    entries_to_line,
    from_line,
    to_line,
)
from persistence.backlog.superseded import Superseded
from persistence.records import Entry

MOST_BYTES = 64 * 1024 * 1024
_HEADER = "lotkeeper backlog 1"


class BacklogFile:
    """Open from the first record that waits until all are written. Methods raise OSError."""

    def __init__(self, path: Path, descriptor: int, lease: int) -> None:
        self.path, self.lease = path, lease  # the lease of the service that began it
        self._file = os.fdopen(descriptor, "r+b", buffering=0)  # closed also when nobody has it any more
        self.records = 0  # that wait
        self.size = 0  # bytes
        self._done = 0  # bytes of those that were written
        self.superseded = Superseded()

    @classmethod
    def create(cls, path: Path, lease: int) -> "BacklogFile":
        """A new file, which only this user can read; what stands there already is never overwritten."""
        path.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        found = cls(path, descriptor, lease)
        try:
            found._append(to_line([_HEADER, lease]))
            found._done = found.size
            os.fsync(found._file.fileno())
        except BaseException:
            found.remove()
            raise
        return found

    @classmethod
    def open(cls, path: Path) -> "BacklogFile | None":
        """What an earlier process left; what it did not write as a whole is cut off. None where there is none.

        Raises DamagedLineError for a file that is none of ours.
        """
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        found = cls(path, descriptor, 0)
        try:
            found._read_all()
        except BaseException:
            found.close()
            raise
        return found

    def append(self, entries: Sequence[Entry], *, is_durable: bool) -> None:
        """All of them or none; on the disk when this returns if `is_durable`, else safe from an end of the process."""
        line = entries_to_line(entries)
        if self.size + len(line) > MOST_BYTES:
            raise OSError(f"the backlog {self.path} has reached {MOST_BYTES // 2**20} MiB")
        self._append(line)
        self.records += 1
        if is_durable:
            os.fsync(self._file.fileno())

    def supersede(self, symbol: str) -> None:
        """A new keeper of the pair has begun without what waits here. Not written where there is no room for a line."""
        self.superseded.note(symbol, self.size)
        with suppress(OSError):
            self._append(entries_to_line([LoadedWithoutWaiting(symbol)]))
            self.records += 1

    def next_entries(self, most_records: int) -> tuple[list[Entry], int, int]:
        """The entries of the next records, how many records, and how many bytes of the file; for `note_written`."""
        with os.fdopen(os.dup(self._file.fileno()), "rb") as file:
            file.seek(self._done)
            lines = [line for _, line in zip(range(most_records), file, strict=False)]
        entries: list[Entry] = []
        place = self._done
        for line in lines:
            entries += self._wanted(line, place)
            place += len(line)
        return entries, len(lines), place - self._done

    def _wanted(self, line: bytes, place: int) -> Iterator[Entry]:
        for each in entries_from_line(line):
            if not isinstance(each, LoadedWithoutWaiting) and self.superseded.is_wanted(each, place):
                yield each

    def note_written(self, records: int, size: int) -> None:
        self.records -= records
        self._done += size

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
        self.close()

    def set_aside(self) -> Path:
        """Under another name, where nothing reads it; returns that."""
        kept = self.path.with_name(f"{self.path.name}.lease-{self.lease}")
        os.replace(self.path, kept)
        self.close()
        return kept

    def close(self) -> None:
        self._file.close()

    def _append(self, line: bytes) -> None:
        """A line that finds no room is cut off again."""
        descriptor = self._file.fileno()
        try:
            written = os.pwrite(descriptor, line, self.size)
            while written < len(line):  # of a disk that is nearly full the first call takes a part, the next one raises
                written += os.pwrite(descriptor, line[written:], self.size + written)
        except OSError:
            os.ftruncate(descriptor, self.size)
            raise
        self.size += written

    def _read_all(self) -> None:
        with os.fdopen(os.dup(self._file.fileno()), "rb") as file:
            self._read_header(file.readline())
            for line in file:
                try:
                    found = entries_from_line(line)
                except DamagedLineError:
                    break
                for each in found:
                    if isinstance(each, LoadedWithoutWaiting):
                        self.superseded.note(each.symbol, self.size)
                self.records += 1
                self.size += len(line)
        os.ftruncate(self._file.fileno(), self.size)

    def _read_header(self, line: bytes) -> None:
        header = from_line(line)
        if not isinstance(header, list) or len(header) != 2 or header[0] != _HEADER or not isinstance(header[1], int):
            raise DamagedLineError(f"{self.path} is no backlog of lotkeeper")
        self.lease = header[1]
        self.size = self._done = len(line)
