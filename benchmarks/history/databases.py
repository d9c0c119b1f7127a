"""A database of each engine in a folder of its own, with the real schema, and filled the quickest way."""

import csv
import io
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import extensions

from benchmarks.history.filling import Row, Size, tables
from lotkeeper.database_url import SQLITE, is_postgresql
from persistence.engines.choice import engine_of
from persistence.store import Store
from tests.postgresql.server import PostgresqlServer, binaries, run

ENGINES = ("sqlite", "postgresql")
_AT_ONCE = 20_000  # rows
_NAME = "lots"
_SETTINGS = ("shared_buffers=256MB", "max_wal_size=2GB")  # more than in tests, as a server of its own would have


@dataclass(frozen=True, slots=True)
class BenchDatabase:
    """Its address, and its server, if it has one."""

    url: str
    server: PostgresqlServer | None = None

    def restart(self) -> None:
        """Its server then has the priority of this process; that of a file has nothing to start."""
        if self.server is not None:
            self.server.stop()
            self.server.start()


@contextmanager
def new_database(engine: str, folder: Path) -> Iterator[BenchDatabase]:
    """An empty database with the newest tables."""
    if engine == "sqlite":
        yield BenchDatabase(_with_tables(f"{SQLITE}{folder}/{_NAME}.sqlite"))
        return
    programs = binaries()
    if programs is None:
        raise SystemExit("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    server = PostgresqlServer(programs, _SETTINGS, is_durable=True)  # a commit waits for the disk
    try:
        server.start()
        run(server.folder, f"CREATE DATABASE {_NAME} TEMPLATE template0")
        yield BenchDatabase(_with_tables(server.url(_NAME)), server)
    finally:
        server.remove()


def _with_tables(url: str) -> str:
    Store.open(url).close()
    return url


def fill(url: str, size: Size, *, is_counted: bool = True) -> None:
    """All rows; then the engine gathers what it knows about its tables, as PostgreSQL does by itself in time."""
    found = tables(size, is_counted=is_counted)
    if is_postgresql(url):
        _fill_postgresql(url, found)
    else:
        _fill_sqlite(url, found)


def bytes_of(url: str) -> int:
    """What it takes on the disk."""
    if is_postgresql(url):
        ((found,),) = engine_of(url).read("SELECT pg_database_size(current_database())")
        return int(found)
    return os.path.getsize(url.removeprefix(SQLITE))


def _fill_sqlite(url: str, found: dict[str, Iterator[Row]]) -> None:
    with closing(sqlite3.connect(url.removeprefix(SQLITE))) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        for table, rows in found.items():
            first = next(rows)
            places = ", ".join("?" * len(first))
            statement = f"INSERT INTO {table} ({', '.join(first)}) VALUES ({places})"
            with connection:
                connection.executemany(statement, (tuple(row.values()) for row in chain([first], rows)))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _fill_postgresql(url: str, found: dict[str, Iterator[Row]]) -> None:
    with _plain_connection(url) as connection:
        for table, rows in found.items():
            with connection, connection.cursor() as cursor:
                while some := list(islice(rows, _AT_ONCE)):
                    columns = ", ".join(some[0])
                    cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN (FORMAT csv, NULL '-')", _as_csv(some))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


@contextmanager
def _plain_connection(url: str) -> Iterator[Any]:
    """Psycopg copies rows only while nobody waits for it in a way of his own, as the store's connections do."""
    usual = extensions.get_wait_callback()
    extensions.set_wait_callback(None)
    try:
        with closing(psycopg2.connect(url)) as connection:
            yield connection
    finally:
        extensions.set_wait_callback(usual)


def _as_csv(rows: list[Row]) -> io.StringIO:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows(["-" if each is None else each for each in row.values()] for row in rows)
    text.seek(0)
    return text
