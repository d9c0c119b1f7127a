"""The memory of orders in flight, which outlives the Gateway: a row is taken before an order is sent.

It is a file in a file system that is memory (`/dev/shm`), mapped into the process: no order waits for a disk. What a
process wrote stays when the process is killed. What a machine loses when it ends is not missed: a request lives for
seconds, and a machine takes longer to start.
"""

import fcntl
import mmap
import os
import re
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from zlib import crc32

from lotkeeper.trading.recovery.in_flight import ROW_BYTES

ROWS = 1024
_HEADER_AT = ROWS * ROW_BYTES
_LENGTH = _HEADER_AT + ROW_BYTES
_UNUSED_MS = 3_600_000  # a journal that nobody has used for so long says nothing about any order
_HEADER = re.compile(rb"all orders since (\d+), used at (\d+)")


class InFlightJournal(Protocol):
    """Rows by number, below ROWS."""

    @property
    def since_ms(self) -> int:
        """Every order that was sent since then (monotonic clock) and is not forgotten for its age has a row."""

    @property
    def is_new(self) -> bool:
        """Whether no process has had it before: what was sent until now may be noted elsewhere, or nowhere."""

    @property
    def is_in_place(self) -> bool:
        """Whether a successor would find it. What was deleted is lost with this process."""

    def rows(self) -> list[bytes]: ...

    def write(self, number: int, row: bytes) -> None:
        """Raises OSError."""

    def begin_at(self, since_ms: int) -> None:
        """From now on `since_ms` is this."""

    def mark_used(self, now_ms: int) -> None:
        """A process works with it at this moment (monotonic clock)."""

    def close(self) -> None: ...


JournalFactory = Callable[[Path, int], InFlightJournal]  # the path, and the moment (monotonic, ms); raises OSError


class NoJournal:
    """For a Gateway without a file: nothing outlives the process."""

    is_new = is_in_place = True

    def __init__(self, since_ms: int = 0) -> None:
        self.since_ms = since_ms

    def rows(self) -> list[bytes]:
        return []

    def write(self, number: int, row: bytes) -> None:
        pass

    def begin_at(self, since_ms: int) -> None:
        self.since_ms = since_ms

    def mark_used(self, now_ms: int) -> None:
        pass

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
        header = _decode_header(self._memory[_HEADER_AT:])
        self.is_new = header is None
        since_ms, _ = header or (now_ms, now_ms)
        # A moment in the future is from before the machine was started: the monotonic clock has begun again.
        self._since_ms = since_ms if since_ms <= now_ms else now_ms
        self.mark_used(now_ms)

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
        self.mark_used(self._used_ms)

    def mark_used(self, now_ms: int) -> None:
        self._used_ms = now_ms
        self._memory[_HEADER_AT:] = _encode_header(self._since_ms, now_ms)

    def close(self) -> None:
        self._memory.close()
        os.close(self._descriptor)


def machine_began_ms() -> int:
    """When the machine, or the container that we are in, was started: monotonic clock, ms (proc(5), starttime).

    With a container its memory ends, and the next one may begin before a request has arrived.
    """
    try:
        ticks = Path("/proc/1/stat").read_bytes().rpartition(b")")[2].split()[19]
    except (OSError, IndexError):
        return 0
    return int(ticks) * 1000 // os.sysconf("SC_CLK_TCK")


def remove_unused(folder: Path, now_ms: int) -> None:
    """Removes the journals of services that do not run any more, which take memory; `now_ms` is monotonic.

    A journal that a process has is locked, and one whose process has just been killed was used a moment ago.
    """
    for path in folder.glob("*.in-flight"):
        with suppress(OSError):
            _remove_if_unused(path, now_ms)


def _remove_if_unused(path: Path, now_ms: int) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _, used_ms = _decode_header(os.pread(descriptor, ROW_BYTES, _HEADER_AT)) or (0, now_ms)
        if not 0 <= now_ms - used_ms < _UNUSED_MS:
            path.unlink()
    finally:
        os.close(descriptor)


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


def _encode_header(since_ms: int, used_ms: int) -> bytes:
    text = b"all orders since %d, used at %d" % (since_ms, used_ms)
    return (b"%b %08x" % (text, crc32(text))).ljust(ROW_BYTES - 1) + b"\n"


def _decode_header(header: bytes) -> tuple[int, int] | None:
    """Since when, and when it was used; None for a new file, and for a header that cannot be read."""
    text, _, checksum = header.rstrip(b" \n\0").rpartition(b" ")
    found = _HEADER.fullmatch(text) if b"%08x" % crc32(text) == checksum else None
    return None if found is None else (int(found[1]), int(found[2]))
