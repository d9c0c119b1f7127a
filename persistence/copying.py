"""Copies all that a database has into another one, of the same or of another engine, exactly: all rows, or none."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Any

from persistence.engines.base import Engine
from persistence.engines.choice import engine_of
from persistence.errors import StoreError
from persistence.history.database import HistoryDatabase
from persistence.schema import SCHEMA_KEY, STATE_TABLE

_MOST_VALUES = 900  # of one statement: what every SQLite takes
_WITHOUT_VERSION = f"SELECT * FROM {STATE_TABLE} WHERE key <> '{SCHEMA_KEY}'"  # noqa: S608 (names of ours)


@dataclass(frozen=True, slots=True)
class CopiedRows:
    """How many rows each table has got, and where it stands."""

    place: str
    rows: dict[str, int]


def copy_database(source_url: str, target_url: str) -> CopiedRows:
    """Copies into a database that is empty or not there yet, in one transaction.

    Nobody may write to either meanwhile. Raises StoreError, also for a target that has rows or is the source.
    """
    with HistoryDatabase.open(source_url) as source:
        target = engine_of(target_url)
        if target.place == source.place:
            raise StoreError(f"{target.place} cannot be copied into itself: name another database")
        tables = _make_tables(target_url)
        with (
            target.own_errors(),
            closing(target.connect()) as connection,
            connection,
            closing(connection.cursor()) as cursor,
        ):
            _refuse_rows(target.place, cursor, tables)
            rows = {table: _copy(source, table, flags, target, cursor) for table, flags in tables.items()}
            target.continue_numbers(cursor)
        return CopiedRows(target.place, rows)


def _make_tables(url: str) -> dict[str, frozenset[str]]:
    """The names of all tables, each with its columns that are true or false: SQLite has numbers there."""
    from pony.orm import Database

    from persistence.entities import define_entities
    from persistence.store import Store

    Store.open(url).close()
    db = Database()
    define_entities(db)
    return {
        entity._table_: frozenset(each.name for each in entity._attrs_ if each.py_type is bool)
        for entity in db.entities.values()
    }


def _query(table: str) -> str:
    return _WITHOUT_VERSION if table == STATE_TABLE else f"SELECT * FROM {table}"  # noqa: S608 (names of ours)


def _refuse_rows(place: str, cursor: Any, tables: dict[str, frozenset[str]]) -> None:
    for table in tables:
        cursor.execute(f"{_query(table)} LIMIT 1")
        if cursor.fetchone() is not None:
            raise StoreError(f"the database {place} is not empty ({table} has rows): name one that is new")


def _copy(source: HistoryDatabase, table: str, flags: frozenset[str], target: Engine, cursor: Any) -> int:
    count = 0
    for rows in _chunks(source.stream(_query(table))):
        columns = rows[0]._fields
        places = ", ".join([f"({', '.join([target.parameter] * len(columns))})"] * len(rows))
        query = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {places}"  # noqa: S608 (names of ours)
        cursor.execute(query, [each for row in rows for each in _values(row, flags)])
        count += len(rows)
    return count


def _chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    for first in rows:
        yield [first, *islice(rows, _MOST_VALUES // len(first) - 1)]


def _values(row: Any, flags: frozenset[str]) -> Iterator[Any]:
    for name, value in zip(row._fields, row, strict=True):
        yield bool(value) if name in flags and value is not None else value
