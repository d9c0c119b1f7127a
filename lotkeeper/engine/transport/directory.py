"""The directory of a system: for this user alone, and for one system at a time."""

import contextlib
import fcntl
import os
import stat
import time
from pathlib import Path

from lotkeeper.engine.errors import AlreadyRunningError, UnsafeDirectoryError
from lotkeeper.engine.transport import fork_cleanup, sockets
from lotkeeper.engine.transport.paths import is_member, member_prefix

_SYSTEM = "system.lock"
_LAUNCHER = "launcher.lock"
_ROOT = "root"  # the path of the root actor's socket


def make_private(directory: Path) -> None:
    """Makes the directory (mode 0700) if need be; UnsafeDirectoryError when others can enter it."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        directory.mkdir(mode=0o700)
    check_private(directory)


def check_private(directory: Path | str) -> None:
    """UnsafeDirectoryError unless it is a directory of this user that nobody else can enter."""
    status = os.lstat(directory)
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o077:
        raise UnsafeDirectoryError(f"{directory} must be a directory of this user alone (chmod 700)")


def is_served(path: str) -> bool:
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
    """Removes the sockets of a process of the system that is known to be dead."""
    for each in directory.glob(f"{member_prefix(pid)}*.sock"):
        each.unlink(missing_ok=True)


def unlink_sockets(directory: Path, *, members_only: bool = False) -> None:
    """Removes all socket files, or only those of the system's own processes."""
    for name in os.listdir(directory):
        if name.endswith(".sock") and (is_member(name) or not members_only):
            (directory / name).unlink(missing_ok=True)


class FileLock:
    """A lock that is held while this process runs, and while children run that were allowed to keep it."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self._descriptor: int | None = descriptor
        self._path = path
        fork_cleanup.register_low(self)

    @classmethod
    def acquire(cls, path: Path, timeout_s: float) -> "FileLock | None":
        """The lock, or None when another process held it for `timeout_s` seconds."""
        give_up = time.monotonic() + timeout_s
        while (descriptor := _try_to_lock(path)) is None:
            if time.monotonic() > give_up:
                return None
            time.sleep(0.005)
        return cls(descriptor, path)

    @classmethod
    def share(cls, directory: Path) -> "FileLock":
        """A lock on a directory that many processes can hold together."""
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        return cls(descriptor, directory)

    def write(self, text: str) -> None:
        """Writes the content of the file, which others can read while it is locked."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, text.encode(), 0)

    def is_in_place(self) -> bool:
        """Whether the locked file is still there, under its name."""
        try:
            return self._descriptor is not None and _is_same_file(self._descriptor, self._path)
        except FileNotFoundError:
            return False

    def remove(self) -> None:
        """Releases the lock and removes its file."""
        if self._descriptor is not None:
            self._path.unlink(missing_ok=True)
        self.release()

    def release(self) -> None:
        """Releases the lock."""
        self.close_inherited()
        fork_cleanup.forget_low(self)

    def close_inherited(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class DirectoryLock:
    """The right to run the system of a directory.

    Two locks: one that only the launcher holds, which tells a running system from one that is ending because its
    launcher has died, and one that the admin holds as well, so that the next system waits until this one is gone. A
    third, on the directory itself, stops programs that clean up temporary folders (tmpfiles.d(5)).
    """

    def __init__(self, launcher: FileLock, system: FileLock, directory: FileLock, root: Path) -> None:
        self._launcher = launcher
        self._directory = directory
        self._root = root
        self.system = system

    @classmethod
    def acquire(cls, directory: Path, timeout_s: float, label: str = "") -> "DirectoryLock":
        """Waits up to `timeout_s` seconds for a system whose launcher is dead; AlreadyRunningError otherwise.

        `label` is written where clients can read it.
        """
        launcher = FileLock.acquire(directory / _LAUNCHER, 0.0)
        if launcher is None:
            raise AlreadyRunningError(f"a system is already running in {directory}")
        system = FileLock.acquire(directory / _SYSTEM, timeout_s)
        if system is None:
            launcher.remove()
            raise AlreadyRunningError(f"an earlier system in {directory} does not end")
        (directory / _ROOT).unlink(missing_ok=True)
        system.write(label)
        return cls(launcher, system, FileLock.share(directory), directory / _ROOT)

    def is_in_place(self) -> bool:
        """Whether the directory is still the one that was locked: not deleted, and not replaced."""
        return self._launcher.is_in_place()

    def note_root(self, path: str) -> None:
        """Notes where the root actor listens; where that cannot be written, clients ask the admin."""
        with contextlib.suppress(OSError):
            self._root.with_suffix(".new").write_text(path)
            self._root.with_suffix(".new").rename(self._root)

    def release(self) -> None:
        """Lets the next system start."""
        with contextlib.suppress(OSError):
            self._root.unlink(missing_ok=True)
        self._directory.release()
        self.system.remove()
        self._launcher.remove()


def label_of(directory: Path) -> str:
    """Under which label the system of a directory was started; FileNotFoundError where there is none."""
    return (directory / _SYSTEM).read_text()


def root_of(directory: Path) -> str | None:
    """The path of the socket of the root actor, or None where it is not noted; an ended system may have left it."""
    try:
        return (directory / _ROOT).read_text()
    except OSError:
        return None


def is_locked(directory: Path) -> bool:
    """Whether a system holds the directory; OSError when that cannot be found out."""
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


def _is_same_file(descriptor: int, path: Path) -> bool:
    ours, there = os.fstat(descriptor), path.stat()
    return (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino)


def _try_to_lock(path: Path) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # The last holder may have removed the file after we opened it: then this lock locks nothing.
        if _is_same_file(descriptor, path):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    return None
