"""SQLite in WAL mode with synchronous=NORMAL: a crash of any process loses nothing.

A loss of power may lose the last transactions but never the file. That is enough, because lost trades can be asked from
the exchange again. What the exchange does not know (an operator's command, the lease) is written with synchronous=FULL,
which waits for the disk.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from persistence.engines.base import Engine, Presence
from persistence.engines.sqlite.errors import raised_as_store_errors, store_error
from persistence.engines.sqlite.files import database_path, found_version, opened
from persistence.engines.sqlite.preparation import prepare
from persistence.engines.sqlite.presence import find_presence, remove_remains, write_again
from persistence.errors import StoreError
from persistence.guards import PREFIX, sqlite_guards, steps

_GUARDS = f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '{PREFIX}%'"  # noqa: S608 (ours)


class SqliteEngine(Engine):
    """One file. All of its transactions take the write lock when they begin, so a row needs no lock of its own."""

    row_lock = ""
    makes_copy = True
    parameter = "?"

    def __init__(self, url: str, busy_timeout_s: float) -> None:
        self.path: Path = database_path(url)
        self.place = str(self.path)
        self._busy_timeout_s = busy_timeout_s
        self._level = "NORMAL"
        self._db: Any = None
        self._is_presence_known = False

    def prepare(self) -> None:
        """An older file is upgraded at once, because a copy of it is made before."""
        prepare(self.path, self._busy_timeout_s)

    def version(self) -> str | None:
        if not self.path.exists():
            return None
        with opened(self.path, self._busy_timeout_s) as connection:
            return found_version(self.path, connection)

    def upgrade(self) -> Path | None:
        return prepare(self.path, self._busy_timeout_s)

    def connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=self._busy_timeout_s)

    def tables(self) -> set[str]:
        return {name for (name,) in self.read("SELECT name FROM sqlite_master WHERE type = 'table'")}

    def bind(self, db: Any) -> None:
        # Pony takes only plain functions here and silently ignores a method.
        db.on_connect(lambda _db, connection: self._configure(connection))
        db.bind("sqlite", str(self.path), timeout=self._busy_timeout_s)
        self._db = db
        # Some file systems show an open file under another identity: there nothing is known of its presence.
        self._is_presence_known = find_presence(self.path) is Presence.WHOLE

    @contextmanager
    def store_errors(self) -> Iterator[None]:
        from pony.orm.core import TransactionError
        from pony.orm.dbapiprovider import DBException

        try:
            with raised_as_store_errors(self.path):
                yield
        except (DBException, TransactionError) as error:
            raise store_error(self.path, error) from error

    def read(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        with raised_as_store_errors(self.path), closing(self.connect()) as connection:
            return connection.execute(query, values).fetchall()

    def write(self, query: str, rows: Sequence[tuple[Any, ...]]) -> None:
        with raised_as_store_errors(self.path), closing(self.connect()) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            with connection:
                connection.executemany(query, rows)

    def connect_reader(self) -> sqlite3.Connection:
        if not self.path.exists():
            raise StoreError(f"there is no database {self.path} yet: the first `lotkeeper start` makes it")
        address = f"file:{quote(str(self.path))}?mode=ro"
        connection = sqlite3.connect(address, uri=True, timeout=self._busy_timeout_s, isolation_level=None)
        connection.execute("BEGIN")
        return connection

    def own_errors(self) -> AbstractContextManager[None]:
        return raised_as_store_errors(self.path)

    def damages(self, connection: sqlite3.Connection, *, is_quick: bool = False) -> list[str]:
        check = "quick_check" if is_quick else "integrity_check"
        with raised_as_store_errors(self.path):
            found = [text for (text,) in connection.execute(f"PRAGMA {check}(10)")]
        return [] if found == ["ok"] else [f"the file is damaged: {each}" for each in found]

    def guard(self, connection: sqlite3.Connection) -> None:
        names = [name for (name,) in connection.execute(_GUARDS)]
        for each in steps(sqlite_guards(), {name: f"DROP TRIGGER {name}" for name in names}):
            connection.execute(each)

    def on_disk(self, durable: bool) -> AbstractContextManager[None]:
        return self._waiting_for_disk() if durable else super().on_disk(durable)

    @contextmanager
    def _waiting_for_disk(self) -> Iterator[None]:
        """A commit waits for the disk. The setting cannot change within a transaction."""
        self._set_synchronous("FULL")
        try:
            yield
        finally:
            self._set_synchronous("NORMAL")

    def presence(self) -> Presence:
        is_known = self._is_presence_known and self._connection is not None
        with self.store_errors():
            return find_presence(self.path) if is_known else Presence.WHOLE

    def write_again(self) -> None:
        with self.store_errors():
            assert self._connection is not None
            write_again(self.path, self._connection)
            self._db.disconnect()
            remove_remains(self.path)

    @property
    def _connection(self) -> sqlite3.Connection | None:
        """Pony's present connection; None if there is none, or if it was inherited by a fork."""
        pool = self._db.provider.pool
        return pool.con if pool.con is not None and pool.pid == os.getpid() else None

    def _configure(self, connection: sqlite3.Connection) -> None:
        """Pony opens connections on first use, after a fork and after an error; each needs these settings."""
        from persistence.engines.sqlite.aggregates import add_aggregates

        connection.execute(f"PRAGMA synchronous = {self._level}")
        add_aggregates(connection)

    def _set_synchronous(self, level: str) -> None:
        """For Pony's present connection and for all later ones."""
        self._level = level
        if (connection := self._connection) is not None:
            connection.execute(f"PRAGMA synchronous = {level}")
