"""The database opened for reading alone, without Pony, which takes longer to import than a page takes to read.

Queries name their values as in `:symbol`; SQLite and PostgreSQL understand each of them.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from types import TracebackType
from typing import Any, Self

from persistence.engines.base import Engine
from persistence.engines.choice import engine_of
from persistence.errors import StoreError
from persistence.schema import SCHEMA_KEY, SCHEMA_VERSION, STATE_TABLE

_VALUE = re.compile(r"(?<!:):([a-z]\w*)")
_AT_ONCE = 2000  # rows


class HistoryDatabase:
    """One moment of a database: all that is read is of the same moment. Every method raises StoreError."""

    def __init__(self, engine: Engine) -> None:
        self.place = engine.place
        self._engine = engine
        with engine.own_errors():
            self._connection = engine.connect_reader()

    @classmethod
    def open(cls, url: str) -> Self:
        """Raises StoreError where there is no database yet, or one of another version."""
        found = cls(engine_of(url))
        found._check_version()
        return found

    def rows(self, query: str, values: Mapping[str, Any] | None = None) -> list[Any]:
        """All rows of a query, with the columns as attributes."""
        return list(self._read(query, values, self._connection.cursor))

    def stream(self, query: str, values: Mapping[str, Any] | None = None) -> Iterator[Any]:
        """The same, some at a time, for what is too much for the memory."""
        return self._read(query, values, lambda: self._engine.large_cursor(self._connection))

    def _read(self, query: str, values: Mapping[str, Any] | None, new_cursor: Callable[[], Any]) -> Iterator[Any]:
        text, ordered = with_positions(query, values or {}, self._engine.parameter)
        with self._engine.own_errors(), closing(new_cursor()) as cursor:
            cursor.execute(text, ordered)
            while found := cursor.fetchmany(_AT_ONCE):
                # The columns of a cursor that stays with a server are known with its first rows.
                row = namedtuple("row", [column[0] for column in cursor.description])  # type: ignore[misc]
                yield from map(row._make, found)

    def damages(self, *, is_quick: bool = False) -> list[str]:
        """What the engine itself finds wrong with its files; only SQLite can be asked.

        `is_quick` leaves out whether the indexes agree with the tables, which takes most of the time.
        """
        return self._engine.damages(self._connection, is_quick=is_quick)

    def tables(self) -> set[str]:
        """The names of all tables that there are."""
        return set(self._engine.tables())

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check_version(self) -> None:
        with self._closed_on_error():
            tables = self._engine.tables()
            if not tables:
                raise StoreError(f"the database {self.place} is empty: nothing was recorded yet")
            if STATE_TABLE not in tables:
                raise StoreError(f"the database {self.place} belongs to another program")
            query = f"SELECT value FROM {STATE_TABLE} WHERE key = :key"  # noqa: S608 (a name of ours)
            rows = self.rows(query, {"key": SCHEMA_KEY})
            found = rows[0].value if rows else None
            if found != str(SCHEMA_VERSION):
                raise StoreError(f"the database {self.place} has schema {found}: {_advice(found)}")

    @contextmanager
    def _closed_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise


def with_positions(query: str, values: Mapping[str, Any], parameter: str) -> tuple[str, list[Any]]:
    """The query with the engine's own parameters, and the values in their order."""
    names = _VALUE.findall(query)
    return _VALUE.sub(parameter, query), [values[name] for name in names]


def _advice(found: str | None) -> str:
    if found is not None and found.isdecimal() and int(found) > SCHEMA_VERSION:
        return f"a newer lotkeeper wrote it, this one knows {SCHEMA_VERSION}"
    return "an older lotkeeper wrote it; `lotkeeper start` brings it to this version"
