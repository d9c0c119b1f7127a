"""The directory of a system: for this user alone, and for one system at a time."""

import contextlib
import fcntl
import os
import stat
import time
from pathlib import Path

from lotkeeper.engine.errors import AlreadyRunningError, UnsafeDirectoryError
from lotkeeper.engine.transport import hygiene, sockets
from lotkeeper.engine.transport.addresses import is_member, member_prefix

_SYSTEM = "system.lock"
_LAUNCHER = "launcher.lock"


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
    """Whether a process of this user serves the socket at `path`; OSError when this process may open no more files."""
    try:
        sockets.connect(path).close()
    except BlockingIOError:
        return True
    except OSError as error:
        if error.errno in sockets.NO_MORE_DESCRIPTORS:
            raise
        return False
    return True


def unlink_sockets_of(directory: Path, pid: int) -> None:
    """Removes what a process of the system, known to be dead, has left."""
    for each in directory.glob(f"{member_prefix(pid)}*.sock"):
        each.unlink(missing_ok=True)


def unlink_sockets(directory: Path, *, members_only: bool = False) -> None:
    """Removes socket files; of the system's own processes only, when asked."""
    for name in os.listdir(directory):
        if name.endswith(".sock") and (is_member(name) or not members_only):
            (directory / name).unlink(missing_ok=True)


class FileLock:
    """A lock that is held as long as the process lives, and those forked while it was spared."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self._descriptor: int | None = descriptor
        self._path = path
        hygiene.hold(self)

    @classmethod
    def take(cls, path: Path, patience: float) -> "FileLock | None":
        """The lock, or None when it was not to be had within `patience` seconds."""
        give_up = time.monotonic() + patience
        while (descriptor := _try(path)) is None:
            if time.monotonic() > give_up:
                return None
            time.sleep(0.005)
        return cls(descriptor, path)

    @classmethod
    def shield(cls, directory: Path) -> "FileLock":
        """A lock on a directory that many can hold."""
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        return cls(descriptor, directory)

    def write(self, text: str) -> None:
        """What others can read in the file while it is locked."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, text.encode(), 0)

    def stands(self) -> bool:
        """Whether the file that is locked is still there, under its name."""
        try:
            return self._descriptor is not None and _is_same(self._descriptor, self._path)
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Gives the lock up and removes its file."""
        if self._descriptor is not None:
            self._path.unlink(missing_ok=True)
        self.drop()

    def drop(self) -> None:
        """Gives the lock up."""
        self.drop_after_fork()
        hygiene.let_go(self)

    def drop_after_fork(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class DirectoryLock:
    """The right to run the system of a directory.

    Two locks: one that only the launcher holds, so that a living system is told from one that is just dying with
    its launcher, and one that its admin holds as well, so that the next system waits until this one is gone. A third,
    on the directory itself, keeps those away who tidy up temporary folders (tmpfiles.d(5)).
    """

    def __init__(self, launcher: FileLock, system: FileLock, shield: FileLock) -> None:
        self._launcher = launcher
        self._shield = shield
        self.system = system

    def stands(self) -> bool:
        """Whether the directory is still the one that was locked, and not deleted or put in place of another."""
        return self._launcher.stands()

    @classmethod
    def take(cls, directory: Path, patience: float, label: str = "") -> "DirectoryLock":
        """Waits up to `patience` seconds for a system whose launcher is dead; AlreadyRunningError otherwise.

        `label` is left there for those who attach.
        """
        launcher = FileLock.take(directory / _LAUNCHER, 0.0)
        if launcher is None:
            raise AlreadyRunningError(f"a system is already running in {directory}")
        system = FileLock.take(directory / _SYSTEM, patience)
        if system is None:
            launcher.release()
            raise AlreadyRunningError(f"an earlier system in {directory} does not end")
        system.write(label)
        return cls(launcher, system, FileLock.shield(directory))

    def release(self) -> None:
        """Lets the next system start."""
        self._shield.drop()
        self.system.release()
        self._launcher.release()


def label_of(directory: Path) -> str:
    """Under which label the system of a directory was started; FileNotFoundError where there is none."""
    return (directory / _SYSTEM).read_text()


def is_locked(directory: Path) -> bool:
    """Whether a system holds the directory; OSError when that cannot be seen."""
    try:
        descriptor = os.open(directory / _SYSTEM, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _is_same(descriptor: int, path: Path) -> bool:
    ours, there = os.fstat(descriptor), path.stat()
    return (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino)


def _try(path: Path) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Its last holder may have removed the file between our open and our lock: then the lock locks nothing.
        if _is_same(descriptor, path):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    return None
