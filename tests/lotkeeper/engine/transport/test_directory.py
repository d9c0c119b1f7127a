from pathlib import Path

import pytest

from lotkeeper.engine.errors import AlreadyRunningError, UnsafeDirectoryError
from lotkeeper.engine.transport.directory import DirectoryLock, check_private, is_locked, make_private


def test_the_directory_is_made_private_and_checked(directory: Path):
    make_private(directory)
    assert directory.stat().st_mode & 0o777 == 0o700
    directory.chmod(0o750)
    with pytest.raises(UnsafeDirectoryError):
        check_private(directory)


def test_a_link_is_not_accepted_as_the_directory(directory: Path):
    real = directory.parent / "real"
    real.mkdir(mode=0o700)
    directory.symlink_to(real)
    with pytest.raises(UnsafeDirectoryError):
        make_private(directory)


def test_one_system_locks_a_directory(directory: Path):
    make_private(directory)
    assert not is_locked(directory)
    lock = DirectoryLock.acquire(directory, 0.0)
    assert is_locked(directory)
    with pytest.raises(AlreadyRunningError):
        DirectoryLock.acquire(directory, 0.0)
    lock.release()
    assert not is_locked(directory)
    DirectoryLock.acquire(directory, 0.0).release()
