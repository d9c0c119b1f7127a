"""The directory of a system: for this user alone, and for one system at a time."""

import contextlib
import fcntl
import os
import stat
import time
from pathlib import Path

from lotkeeper.engine.errors import AlreadyRunningError, UnsafeDirectoryError
from lotkeeper.engine.unix import hygiene, sockets
from lotkeeper.engine.unix.addresses import admin_path, is_member

_LOCK = "lock"


def make_private(directory: Path) -> None:
    """Makes the directory (mode 0700) if need be; UnsafeDirectoryError when it is not this user's alone."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        directory.mkdir(mode=0o700)
    check_private(directory)


def check_private(directory: Path) -> None:
    """UnsafeDirectoryError unless it is a directory of this user that nobody else can enter."""
    status = directory.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o077:
        raise UnsafeDirectoryError(f"{directory} must be a directory of this user alone (chmod 700)")


def somebody_listens(path: str) -> bool:
    """Whether a process of this user serves the socket at `path`."""
    try:
        sockets.connect(path).close()
    except BlockingIOError:
        return True
    except OSError:
        return False
    return True


def unlink_sockets(directory: Path, *, members_only: bool = False) -> None:
    """Removes socket files; of the system's own processes only, when asked."""
    for each in directory.glob("*.sock"):
        if is_member(each.name) or not members_only:
            each.unlink(missing_ok=True)


class DirectoryLock:
    """Held by the process that started a system and by its admin; while it is held, nobody else starts one here."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self._descriptor: int | None = descriptor
        self._path = path
        hygiene.register(self)

    @classmethod
    def take(cls, directory: Path, patience: float) -> "DirectoryLock":
        """The lock of a directory, waiting up to `patience` seconds for a system that is just dying.

        AlreadyRunningError when the system there answers, or does not die.
        """
        path = directory / _LOCK
        give_up = time.monotonic() + patience
        while (descriptor := _try(path)) is None:
            if somebody_listens(admin_path(directory)) or time.monotonic() > give_up:
                raise AlreadyRunningError(f"a system is already running in {directory}")
            time.sleep(0.01)
        return cls(descriptor, path)

    def release(self) -> None:
        """Gives the lock up and removes its file."""
        if self._descriptor is not None:
            self._path.unlink(missing_ok=True)
            self.drop_after_fork()
        hygiene.forget(self)

    def drop_after_fork(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def is_locked(directory: Path) -> bool:
    """Whether a system holds the directory."""
    try:
        descriptor = os.open(directory / _LOCK, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _try(path: Path) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Its last holder may have removed the file between our open and our lock: then the lock locks nothing.
        if os.fstat(descriptor).st_ino == path.stat().st_ino:
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    return None
