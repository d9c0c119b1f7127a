"""The files of an open database: whether they are still in their places, and how they are written again.

SQLite goes on with deleted files as if nothing had happened: it reads and writes what it has open, and all of that is
gone when the process ends. Until then everything can be copied from what it has open.
"""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from persistence.engines.base import Presence
from persistence.engines.sqlite.files import create_private

_BESIDE = ("-wal", "-shm")  # what SQLite keeps beside the file in WAL mode, as long as it is open
_DESCRIPTORS = "/proc/self/fd"  # of this process, each a link to what it has open


def find_presence(path: Path) -> Presence:
    """What stands at `path`, which this process has open as a database, and beside it."""
    opened = _opened_files()
    main = _identity(path)
    if main is not None and main not in opened:
        return Presence.REPLACED if path.stat().st_size else Presence.DELETED
    places = (path, *(path.with_name(path.name + suffix) for suffix in _BESIDE))
    return Presence.WHOLE if all(_identity(place) in opened for place in places) else Presence.DELETED


def write_again(path: Path, connection: sqlite3.Connection) -> None:
    """Puts all that `connection` has, whose files were deleted, into a new file at `path`.

    The file is there as a whole or not at all. Raises sqlite3.Error or OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    copy = path.with_name(path.name + ".again")
    copy.unlink(missing_ok=True)
    create_private(copy)
    with closing(sqlite3.connect(copy)) as target:
        connection.backup(target)
    os.replace(copy, path)


def remove_remains(path: Path) -> None:
    """Removes what deleted files of a database left beside it, once nobody has them open: they are of no use to it."""
    for suffix in _BESIDE:
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _opened_files() -> set[tuple[int, int]]:
    """All files that this process has open; empty where the system does not tell."""
    found = set()
    with suppress(FileNotFoundError):
        for name in os.listdir(_DESCRIPTORS):
            with suppress(OSError):  # the descriptor of this listing is closed by now
                found.add(_identity_of(os.stat(f"{_DESCRIPTORS}/{name}")))
    return found


def _identity(place: Path) -> tuple[int, int] | None:
    """Which file stands there; None if there is none."""
    try:
        return _identity_of(place.stat())
    except (FileNotFoundError, NotADirectoryError):
        return None


def _identity_of(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
