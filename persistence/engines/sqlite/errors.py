"""Errors of SQLite and of the file system, as a StoreError."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from persistence.errors import WITHOUT_IT, StoreError

_ADVICE = (
    ("locked", "another process holds it; stop that process (is a second lotkeeper running?) and try again"),
    ("busy", "another process holds it; stop that process (is a second lotkeeper running?) and try again"),
    ("not a database", f"it is not a database; set `database` to another path, or {WITHOUT_IT}"),
    ("malformed", f"it is damaged; {WITHOUT_IT}"),
    ("readonly", "it cannot be written; give this user write permission on it and on its folder"),
    ("unable to open", "it cannot be opened; give this user read and write permission on it and on its folder"),
    ("permission denied", "give this user read and write permission on it and on its folder"),
    ("read-only file system", "its disk cannot be written; set `database` to another path"),
    ("no space left", "the disk is full; make room"),
    ("full", "the disk is full; make room"),
    ("disk i/o", "the disk reports an error; check it, or set `database` to another path"),
)


def store_error(path: Path, error: Exception) -> StoreError:
    """The StoreError for an error of SQLite or of the file system, raised through Pony or not."""
    text = str(error)
    found = (advice for part, advice in _ADVICE if part in text.lower())
    return StoreError(f"the database {path} fails: {next(found, 'check the file and its folder')} (SQLite: {text})")


@contextmanager
def raised_as_store_errors(path: Path) -> Iterator[None]:
    """Turns errors of SQLite and of the file system into a StoreError."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise store_error(path, error) from error
