"""The moments at which the histories of the pairs begin, as the launcher notes them before it asks the exchange.

Plain SQL, because Pony takes longer to import than all of this: a start must not wait for it. No other process writes
here, because the service holds the database's lock.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from lotkeeper.trading.recovery.history_start import HistoryRecord, from_text, to_text
from persistence.errors import raised_as_store_errors
from persistence.files import database_path, prepare
from persistence.schema import STATE_TABLE

BUSY_TIMEOUT_S = 5.0
_KEY = "history-from:"


def state_key(symbol: str) -> str:
    """Under which key of the system state the history of a pair stands."""
    return _KEY + symbol


class HistoryStarts:
    """The records of one database; every method is one transaction that waits for the disk, and raises StoreError."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def open(cls, url: str) -> "HistoryStarts":
        """Creates the database if there is none; raises StoreError."""
        path = database_path(url)
        prepare(path, BUSY_TIMEOUT_S)
        starts = cls(path)
        if not starts._tables():
            from persistence.store import Store

            Store.open(url).close()  # only a new database needs Pony, which makes the tables
        return starts

    def records(self) -> dict[str, HistoryRecord]:
        """What is recorded, by pair."""
        query = f"SELECT key, value FROM {STATE_TABLE} WHERE substr(key, 1, {len(_KEY)}) = ?"  # noqa: S608 (ours)
        return {key.removeprefix(_KEY): from_text(value) for key, value in self._read(query, _KEY)}

    def known_pairs(self) -> set[str]:
        """The pairs of which there are lots or a cursor."""
        return {symbol for (symbol,) in self._read("SELECT symbol FROM cursors UNION SELECT symbol FROM lots")}

    def write(self, records: Mapping[str, HistoryRecord]) -> None:
        """All of them or none; on the disk when this returns."""
        rows = [(state_key(symbol), to_text(record)) for symbol, record in records.items()]
        if not rows:
            return
        with raised_as_store_errors(self._path), closing(self._connect()) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            with connection:
                connection.executemany(f"INSERT OR REPLACE INTO {STATE_TABLE} (key, value) VALUES (?, ?)", rows)  # noqa: S608

    def _tables(self) -> list[tuple[str, ...]]:
        return self._read("SELECT name FROM sqlite_master WHERE type = 'table'")

    def _read(self, query: str, *values: str) -> list[tuple[str, ...]]:
        with raised_as_store_errors(self._path), closing(self._connect()) as connection:
            return connection.execute(query, values).fetchall()

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=BUSY_TIMEOUT_S)
