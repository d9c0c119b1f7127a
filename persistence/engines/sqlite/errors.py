"""Errors of SQLite and of the file system, as a StoreError."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from persistence.errors import BREAKS_RULE, WITHOUT_IT, StoreError

_READ_ONLY = (
    "its file system is read-only; look into the kernel's log (a disk with errors is made read-only), mount it for "
    "writing, or set database to another path"
)
_ADVICE = (
    ("locked", "another process holds it; stop that process (is a second service running?) and try again"),
    ("busy", "another process holds it; stop that process (is a second service running?) and try again"),
    ("not a database", f"it is not a database; set `database` to another path, or {WITHOUT_IT}"),
    ("malformed", f"it is damaged; {WITHOUT_IT}"),
    ("readonly", "it cannot be written; give this user write permission on it and on its folder"),
    ("unable to open", "it cannot be opened; give this user read and write permission on it and on its folder"),
    ("permission denied", "give this user read and write permission on it and on its folder"),
    ("read-only file system", _READ_ONLY),
    ("no space left", "the disk is full; free some of it"),
    ("full", "the disk is full; free some of it"),
    ("has to be", BREAKS_RULE),
    ("disk i/o", "the disk reports an error; check it, or set `database` to another path"),
)

_OF_RIGHTS = ("readonly", "unable to open", "disk i/o")  # what SQLite says of a read-only file system as well


def store_error(path: Path, error: Exception) -> StoreError:
    """The StoreError for an error of SQLite or of the file system, raised through Pony or not."""
    text = str(error)
    if any(part in text.lower() for part in _OF_RIGHTS) and _is_read_only(path.parent):
        return StoreError(f"the database {path} fails: {_READ_ONLY} (SQLite: {text})")
    found = (advice for part, advice in _ADVICE if part in text.lower())
    return StoreError(f"the database {path} fails: {next(found, 'check the file and its folder')} (SQLite: {text})")


def _is_read_only(folder: Path) -> bool:
    try:
        return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    except OSError:
        return False


@contextmanager
def raised_as_store_errors(path: Path) -> Iterator[None]:
    """Turns errors of SQLite and of the file system into a StoreError."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise store_error(path, error) from error
