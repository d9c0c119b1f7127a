"""The state file: an SQLite table of records by kind and key. Records of one call are saved together or not at all."""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

Json = dict[str, Any]
# A record: its kind, its key and its fields.
Record = tuple[str, str, Json]
MODE = 0o600
FORMAT = 1
# Marks an SQLite file as a state file ("lkpx").
APPLICATION = 0x6C6B7078
SCHEMA = "CREATE TABLE thing (kind TEXT, key TEXT, body BLOB NOT NULL, PRIMARY KEY (kind, key))"
PUT = "INSERT INTO thing VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body"
# A commit survives the end of this process, but perhaps not a power failure: the machine flushes it later.
PRAGMAS = ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = NORMAL")


class StateError(ValueError):
    """The file cannot be used as a state file."""


class StateFile:
    """Opens the file for this process only; raises StateError. A new file is created with mode 0600."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, MODE))
            self._db = sqlite3.connect(path, isolation_level=None, timeout=0.5)
            self.is_new = self._begin()
        except OSError as error:
            raise StateError(f"{path}: {error.strerror}") from error
        except sqlite3.OperationalError as error:
            raise StateError(f"{path}: {error}; is another exchange running on it?") from error
        except sqlite3.DatabaseError as error:
            raise StateError(f"{path} is not a state file of the exchange simulator ({error})") from error

    def _begin(self) -> bool:
        """Prepare the file; returns whether it is new."""
        for each in PRAGMAS:
            self._db.execute(f"PRAGMA {each}")
        self._db.execute("BEGIN IMMEDIATE")
        application, version = self._pragma("application_id"), self._pragma("user_version")
        is_new = not self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if is_new:
            self._db.execute(SCHEMA)
            self._db.execute(f"PRAGMA application_id = {APPLICATION}")
            self._db.execute(f"PRAGMA user_version = {FORMAT}")
        elif (application, version) != (APPLICATION, FORMAT):
            self._db.close()
            raise StateError(f"{self.path} is not a state file of the exchange simulator, or of another version")
        self._db.execute("COMMIT")
        return is_new

    def _pragma(self, name: str) -> int:
        return int(self._db.execute(f"PRAGMA {name}").fetchone()[0])

    def records(self, kind: str) -> Iterator[tuple[str, Json]]:
        """Key and fields of each record of a kind, in the order of their creation."""
        for key, body in self._db.execute("SELECT key, body FROM thing WHERE kind = ? ORDER BY rowid", (kind,)):
            yield key, orjson.loads(body)

    def put(self, things: Iterable[Record]) -> None:
        """Add or replace these records."""
        rows = [(kind, key, orjson.dumps(body)) for kind, key, body in things]
        self._db.execute("BEGIN")
        self._db.executemany(PUT, rows)
        self._db.execute("COMMIT")

    def drop(self, kinds: Iterable[str], but: Iterable[Record]) -> None:
        """Delete all records of these kinds and add others, in one transaction."""
        rows = [(kind, key, orjson.dumps(body)) for kind, key, body in but]
        self._db.execute("BEGIN")
        self._db.executemany("DELETE FROM thing WHERE kind = ?", [(kind,) for kind in kinds])
        self._db.executemany(PUT, rows)
        self._db.execute("COMMIT")

    def drop_missing(self, kind: str, but: Iterable[str]) -> None:
        """Delete the records of a kind whose keys are not in `but`."""
        gone = {key for (key,) in self._db.execute("SELECT key FROM thing WHERE kind = ?", (kind,))} - set(but)
        self._db.executemany("DELETE FROM thing WHERE kind = ? AND key = ?", [(kind, key) for key in gone])

    def close(self) -> None:
        self._db.close()
