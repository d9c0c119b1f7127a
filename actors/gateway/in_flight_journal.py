"""The memory of orders in flight, which outlives the Gateway: a row is taken before an order is sent.

It is a file in a file system that is memory (`/dev/shm`), mapped into the process: no order waits for a disk. What a
process wrote stays when the process is killed. What a machine loses when it ends is not missed: a request lives for
seconds, and a machine takes longer to start.
"""

import fcntl
import mmap
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from zlib import crc32

from lotkeeper.trading.recovery.in_flight import ROW_BYTES

ROWS = 4096
_HEADER_AT = ROWS * ROW_BYTES
_LENGTH = _HEADER_AT + ROW_BYTES
_MEMORY_TYPES = ("tmpfs", "ramfs")


class InFlightJournal(Protocol):
    """Rows by number, below ROWS."""

    @property
    def since_ms(self) -> int:
        """Every order that was sent since then (monotonic clock) and is not forgotten for its age has a row."""

    @property
    def is_in_place(self) -> bool:
        """Whether a successor would find it. What was deleted is lost with this process."""

    def rows(self) -> list[bytes]: ...

    def write(self, number: int, row: bytes) -> None:
        """Raises OSError."""

    def begin_at(self, since_ms: int) -> None:
        """From now on `since_ms` is this."""

    def close(self) -> None: ...


JournalFactory = Callable[[Path, int], InFlightJournal]  # the path, and the moment (monotonic, ms); raises OSError


class NoJournal:
    """For a Gateway without a file: nothing outlives the process."""

    is_in_place = True

    def __init__(self, since_ms: int = 0) -> None:
        self.since_ms = since_ms

    def rows(self) -> list[bytes]:
        return []

    def write(self, number: int, row: bytes) -> None:
        pass

    def begin_at(self, since_ms: int) -> None:
        self.since_ms = since_ms

    def close(self) -> None:
        pass


class MappedJournal:
    """One process at a time has the file: it is locked until that process ends, even if another takes it for dead.

    It takes all of its memory at once: later no order meets a full memory.
    """

    def __init__(self, path: Path, now_ms: int) -> None:
        """Raises OSError: also when the file is locked, a link, or open to other users."""
        self._path = path
        self._descriptor = _open_file(path)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.posix_fallocate(self._descriptor, 0, _LENGTH)
            self._memory = mmap.mmap(self._descriptor, _LENGTH)
        except BlockingIOError as error:
            os.close(self._descriptor)
            raise OSError(error.errno, "the Gateway before this one has not ended yet") from error
        except OSError:
            os.close(self._descriptor)
            raise
        since_ms = _decode_header(self._memory[_HEADER_AT:])
        # A moment in the future is from before the machine was started: the monotonic clock has begun again.
        self._since_ms = since_ms if since_ms is not None and since_ms <= now_ms else now_ms
        self.begin_at(self._since_ms)

    @property
    def since_ms(self) -> int:
        return self._since_ms

    @property
    def is_in_place(self) -> bool:
        try:
            there, ours = self._path.lstat(), os.fstat(self._descriptor)
        except OSError:
            return False
        return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)

    def rows(self) -> list[bytes]:
        return [self._memory[start : start + ROW_BYTES] for start in range(0, _HEADER_AT, ROW_BYTES)]

    def write(self, number: int, row: bytes) -> None:
        """A process that is killed in the middle leaves a row whose checksum is wrong."""
        self._memory[number * ROW_BYTES : (number + 1) * ROW_BYTES] = row

    def begin_at(self, since_ms: int) -> None:
        self._since_ms = since_ms
        self._memory[_HEADER_AT:] = _encode_header(since_ms)

    def close(self) -> None:
        self._memory.close()
        os.close(self._descriptor)


def is_memory(path: Path) -> bool:
    """Whether files at `path` are memory, which no disk can hold up."""
    try:
        mounts = [line.split(" ") for line in Path("/proc/self/mounts").read_text().splitlines()]
    except OSError:
        return False
    folders = {Path(each[1]): each[2] for each in mounts}  # the last mount of a folder counts
    holder = next((each for each in path.parents if each in folders), None)
    return folders.get(holder) in _MEMORY_TYPES if holder is not None else False


def _open_file(path: Path) -> int:
    """In a folder that is made if need be and that only this user can enter, so that nobody else puts a file there."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        _check_owner(path.parent, os.fstat(folder))
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(path.name, flags, 0o600, dir_fd=folder)
    finally:
        os.close(folder)
    status = os.fstat(descriptor)
    try:
        _check_owner(path, status)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
            raise OSError(0, f"{path} is no file of its own")
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _check_owner(path: Path, status: os.stat_result) -> None:
    if status.st_uid != os.geteuid() or status.st_mode & 0o077:
        raise OSError(0, f"{path} must belong to this user alone (chmod go=)")


def _encode_header(since_ms: int) -> bytes:
    text = b"all orders since %d" % since_ms
    return (b"%b %08x" % (text, crc32(text))).ljust(ROW_BYTES - 1) + b"\n"


def _decode_header(header: bytes) -> int | None:
    """None for a new file, and for a header that cannot be read."""
    text, _, checksum = header.rstrip(b" \n\0").rpartition(b" ")
    number = text.rpartition(b" ")[2]
    return int(number) if b"%08x" % crc32(text) == checksum and number.isdigit() else None
