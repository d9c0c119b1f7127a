"""The database file: where it is, whether it is ours, and in which mode SQLite uses it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from lotkeeper.database_url import ALLOWED, SQLITE, without_password
from persistence.engines.sqlite.errors import raised_as_store_errors
from persistence.errors import StoreError
from persistence.migrations import check_version
from persistence.schema import SCHEMA_KEY, STATE_TABLE

# What SQLite says where a file system has no shared memory or no locks (SQLite rescode.html, IOERR_SHMMAP, PROTOCOL).
_OF_FILE_SYSTEM = ("disk i/o", "unable to open", "locking protocol", "journal mode stays")


def database_path(url: str) -> Path:
    """The absolute path of `sqlite:///relative` or `sqlite:////absolute`; raises StoreError for any other scheme."""
    text = url.removeprefix(SQLITE)
    if text == url or not text or text == ":memory:":
        shown = without_password(url)
        raise StoreError(
            f"the database {shown!r} cannot be used; allowed: {ALLOWED}, such as sqlite:///lotkeeper.sqlite"
        )
    return Path(os.path.abspath(Path(text).expanduser()))


@contextmanager
def opened(path: Path, busy_timeout_s: float) -> Iterator[sqlite3.Connection]:
    """A connection to the file, which is created if there is none. Raises StoreError."""
    _check_place(path)
    with raised_as_store_errors(path):
        create_private(path)
        with (
            _file_system_checked(path),
            closing(sqlite3.connect(path, timeout=busy_timeout_s, isolation_level=None)) as connection,
        ):
            yield connection


def use_wal(connection: sqlite3.Connection) -> None:
    """SQLite keeps this mode in the file: readers (status, backup) never wait for the writer, nor it for them."""
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # uses what the mode needs
    if mode != "wal":
        raise sqlite3.OperationalError(f"the journal mode stays {mode}")


@contextmanager
def _file_system_checked(path: Path) -> Iterator[None]:
    """Raises StoreError where a file that can be written cannot be used by several processes (SQLite wal.html)."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error).lower()
        can_write = all(os.access(each, os.R_OK | os.W_OK, effective_ids=True) for each in (path, path.parent))
        if not can_write or not any(words in text for words in _OF_FILE_SYSTEM):
            raise
        raise StoreError(
            f"the database {path} cannot be used: its file system seems to have no shared memory or no locks (a "
            "network mount, /mnt/c of WSL, a folder shared with a container?); set `database` to a path on a local "
            f"disk (SQLite: {error})"
        ) from error


def _check_place(path: Path) -> None:
    if path.is_dir():
        raise StoreError(f"the database {path} is a folder; name a file in it")
    try:
        exists = path.parent.is_dir()
    except OSError:
        exists = True  # a folder above it cannot be read: opening the database will say so
    if not exists:
        raise StoreError(f"the folder of the database {path} does not exist; create it: mkdir -p {path.parent}")


def create_private(path: Path) -> None:
    """Other users must not read the trader's lots; SQLite gives its further files the mode of this one."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
    except PermissionError as error:
        raise StoreError(f"the database {path} cannot be created: give this user write permission there") from error


def found_version(path: Path, connection: sqlite3.Connection) -> str | None:
    """The schema version of the file, None for an empty one; raises StoreError if it cannot be migrated."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and STATE_TABLE not in tables:
        raise StoreError(f"the database {path} belongs to another program; set `database` to another path")
    found = _version(connection) if tables else None
    return None if found is None else check_version(str(path), found)


def _version(connection: sqlite3.Connection) -> str | None:
    row = connection.execute(f"SELECT value FROM {STATE_TABLE} WHERE key = ?", [SCHEMA_KEY]).fetchone()  # noqa: S608
    return None if row is None else str(row[0])
