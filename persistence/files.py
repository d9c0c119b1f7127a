"""The database file: where it is, whether it is ours, and how SQLite is to treat it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from persistence.entities import SCHEMA_KEY, SCHEMA_VERSION, STATE_TABLE
from persistence.errors import StoreError, store_error
from persistence.migrations import can_migrate, migrate

PREFIX = "sqlite:///"


def database_path(url: str) -> Path:
    """The absolute path of `sqlite:///relative` or `sqlite:////absolute`; raises StoreError for any other scheme."""
    text = url.removeprefix(PREFIX)
    if text == url or not text or text == ":memory:":
        raise StoreError(f"the database {url!r} cannot be used: give a file, as in sqlite:///lotkeeper.sqlite")
    return Path(os.path.abspath(Path(text).expanduser()))


def prepare(path: Path, busy_timeout_s: float) -> None:
    """Makes an empty database if there is none, and refuses one that is not ours; raises StoreError."""
    _check_place(path)
    with sentences(path):
        _create_private(path)
        with closing(sqlite3.connect(path, timeout=busy_timeout_s, isolation_level=None)) as connection:
            found = _found_version(path, connection)
            if found != str(SCHEMA_VERSION):
                migrate(connection, found)
            # The mode is kept in the file: readers (status, backup) never wait for the writer, nor it for them.
            connection.execute("PRAGMA journal_mode = WAL")


@contextmanager
def sentences(path: Path) -> Iterator[None]:
    """Errors of SQLite and of the file system as a StoreError."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise store_error(path, error) from error


def _check_place(path: Path) -> None:
    if path.is_dir():
        raise StoreError(f"the database {path} is a folder; name a file in it")
    try:
        exists = path.parent.is_dir()
    except OSError:
        exists = True  # a folder above cannot be read: opening says so
    if not exists:
        raise StoreError(f"the folder of the database {path} does not exist; make it: mkdir -p {path.parent}")


def _create_private(path: Path) -> None:
    """SQLite gives its own files the mode of the database; other users have no business in a trader's book."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
    except PermissionError as error:
        raise StoreError(f"the database {path} cannot be made: give this user write permission there") from error


def _found_version(path: Path, connection: sqlite3.Connection) -> str:
    """The version of its tables, the newest for an empty database; raises StoreError where no way leads there."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and STATE_TABLE not in tables:
        raise StoreError(f"the database {path} belongs to another program; set `database` to another path")
    found = _version(connection) if tables else None
    if found is None:
        return str(SCHEMA_VERSION)
    if found != str(SCHEMA_VERSION) and not can_migrate(found):
        raise StoreError(f"the database {path} has schema {found}: {_version_advice(found)}")
    return found


def _version(connection: sqlite3.Connection) -> str | None:
    row = connection.execute(f"SELECT value FROM {STATE_TABLE} WHERE key = ?", [SCHEMA_KEY]).fetchone()  # noqa: S608
    return None if row is None else str(row[0])


def _version_advice(found: str) -> str:
    if found.isdecimal() and int(found) > SCHEMA_VERSION:
        return f"a newer lotkeeper wrote it, this one knows {SCHEMA_VERSION}; install the newer one again"
    return f"no migration known to {SCHEMA_VERSION}; move it away: open lots are rebuilt from the exchange"
