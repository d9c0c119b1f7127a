"""PostgreSQL: a server that may be on another machine, and that may be gone for a while.

Every commit waits for the server's disk. Unlike a crash of SQLite's machine, a crash of the server does not end the
service, whose next cursor would then stand behind records that the server has lost.
"""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

from lotkeeper.database_url import parse_postgresql
from persistence.engines.base import Engine
from persistence.engines.postgresql.connector import STATEMENT_S, Connector
from persistence.engines.postgresql.errors import raised_as_store_errors, store_error
from persistence.errors import StoreError
from persistence.guards import PREFIX, postgresql_guards, steps
from persistence.migrations import check_version, migrate, steps_from
from persistence.schema import SCHEMA_KEY, SCHEMA_VERSION, STATE_TABLE

_LOCK = 0x6C6F746B  # "lotk": the advisory lock of those who make or change tables
_TABLES = "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()"
# Triggers before the functions that they call.
_GUARDS = f"""\
SELECT conname, format('ALTER TABLE %I DROP CONSTRAINT %I', c.relname, conname)
FROM pg_catalog.pg_constraint JOIN pg_catalog.pg_class c ON c.oid = conrelid
WHERE connamespace = current_schema()::regnamespace AND conname LIKE '{PREFIX}%' AND contype = 'c'
UNION ALL SELECT tgname, format('DROP TRIGGER %I ON %I', tgname, c.relname)
FROM pg_catalog.pg_trigger JOIN pg_catalog.pg_class c ON c.oid = tgrelid
WHERE c.relnamespace = current_schema()::regnamespace AND tgname LIKE '{PREFIX}%'
UNION ALL SELECT proname, format('DROP FUNCTION %I', proname)
FROM pg_catalog.pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname LIKE '{PREFIX}%'
"""  # noqa: S608 (a name of ours)
_CONTINUE = "SELECT setval(pg_get_serial_sequence('lots', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM lots), false)"
_OWN_SCHEMA = "set `database` to another one, or name a schema of its own: ?options=-csearch_path%3DNAME"


class PostgresqlEngine(Engine):
    """A database of a server, or one schema of it."""

    row_lock = "FOR UPDATE"
    makes_copy = False
    parameter = "%s"

    def __init__(self, url: str, busy_timeout_s: float) -> None:
        try:
            parsed = parse_postgresql(url)
        except ValueError as error:
            raise StoreError(f"the address of the database cannot be used: {error}") from None
        self.place = parsed.place
        self._connector = Connector(parsed, busy_timeout_s)
        self._db: Any = None
        self._numbers = itertools.count()

    def prepare(self) -> None:
        with self._locked() as cursor:
            found = self._found_version(cursor)
            if found not in (None, str(SCHEMA_VERSION)):
                self._refuse_what_changes_rows(found)
                migrate(cursor.execute, self.parameter, found)

    def version(self) -> str | None:
        with self._transaction() as cursor:
            return self._found_version(cursor)

    def upgrade(self) -> Path | None:
        """Makes no copy: a server has backups of its own."""
        with self._locked() as cursor:
            found = self._found_version(cursor)
            if found not in (None, str(SCHEMA_VERSION)):
                migrate(cursor.execute, self.parameter, found)
        return None

    def connect(self) -> Any:
        return self._connector.connect()

    def tables(self) -> set[str]:
        return {name for (name,) in self.read(_TABLES)}

    def bind(self, db: Any) -> None:
        from persistence.engines.postgresql.pony_provider import ConnectorProvider

        db.bind(ConnectorProvider, self._connector)
        self._db = db

    @contextmanager
    def store_errors(self) -> Iterator[None]:
        from pony.orm.core import TransactionError
        from pony.orm.dbapiprovider import DBException

        try:
            with raised_as_store_errors(self.place):
                yield
        except (DBException, TransactionError) as error:
            raise store_error(self.place, error) from error

    def read(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        with self._transaction() as cursor:
            cursor.execute(query, values)
            return list(cursor.fetchall())

    def write(self, query: str, rows: Sequence[tuple[Any, ...]]) -> None:
        with self._transaction() as cursor:
            cursor.executemany(query, rows)

    def connect_reader(self) -> Any:
        connection = self._connector.connect()
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        return connection

    def own_errors(self) -> AbstractContextManager[None]:
        return raised_as_store_errors(self.place)

    def guard(self, connection: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_GUARDS)
            for each in steps(postgresql_guards(), dict(cursor.fetchall())):
                cursor.execute(each)

    def large_cursor(self, connection: Any) -> Any:
        """The server keeps the rows; a cursor without a name gets all of them at once."""
        return connection.cursor(name=f"rows_{next(self._numbers)}")

    def continue_numbers(self, cursor: Any) -> None:
        cursor.execute(_CONTINUE)

    def alone(self) -> AbstractContextManager[None]:
        return self._alone()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Tables and indexes are made on Pony's connection, for as long as that takes."""
        with self._locked():
            self._db.disconnect()
            usual_s, self._connector.statement_s = self._connector.statement_s, 0
            try:
                yield
            finally:
                self._connector.statement_s = usual_s
                self._db.disconnect()

    @contextmanager
    def _locked(self) -> Iterator[Any]:
        """A transaction in which nobody else makes or changes tables."""
        with self._transaction(statement_s=0) as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            yield cursor

    @contextmanager
    def _transaction(self, statement_s: float = STATEMENT_S) -> Iterator[Any]:
        """One transaction on a connection of its own; raises StoreError."""
        with (
            raised_as_store_errors(self.place),
            closing(self._connector.connect(statement_s)) as connection,
            connection,
            connection.cursor() as cursor,
        ):
            yield cursor

    def _found_version(self, cursor: Any) -> str | None:
        """None for an empty database; raises StoreError for one that cannot be used."""
        self._check_encoding(cursor)
        cursor.execute(_TABLES)
        tables = {name for (name,) in cursor.fetchall()}
        if tables and STATE_TABLE not in tables:
            raise StoreError(f"the database {self.place} belongs to another program; {_OWN_SCHEMA}")
        if not tables:
            return None
        cursor.execute(f"SELECT value FROM {STATE_TABLE} WHERE key = %s", [SCHEMA_KEY])  # noqa: S608 (a name of ours)
        row = cursor.fetchone()
        return None if row is None else check_version(self.place, str(row[0]))

    def _refuse_what_changes_rows(self, found: str) -> None:
        """A start only adds: there may be no copy of what stands there."""
        if not all(step.only_adds for step in steps_from(found)):
            raise StoreError(
                f"the database {self.place} has schema {found}, and schema {SCHEMA_VERSION} changes rows: "
                "stop every lotkeeper that uses it, make a backup with pg_dump, and run: lotkeeper db upgrade"
            )

    def _check_encoding(self, cursor: Any) -> None:
        cursor.execute("SHOW server_encoding")
        (encoding,) = cursor.fetchone()
        if encoding != "UTF8":
            raise StoreError(
                f"the database {self.place} has the encoding {encoding}, in which not every text can be stored; create "
                "another one: createdb --encoding=UTF8 --template=template0 NAME"
            )
