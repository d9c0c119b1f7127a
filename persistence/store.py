"""The store: the notebook in which the Ledger writes, and from which a start reads.

SQLite in WAL mode with synchronous=NORMAL: a crash of any process loses nothing, a loss of power may lose the last
transactions but never the file. That is enough, since the exchange is the truth and tells its trades again. What it
cannot tell again (a person's word, the lease) is written with synchronous=FULL, which waits for the disk.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from pony.orm import Database, db_session
from pony.orm.core import TransactionError
from pony.orm.dbapiprovider import DBException

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.selling.situation import Terms
from persistence import reading, sums, writing
from persistence.entities import SCHEMA_KEY, SCHEMA_VERSION, define_entities
from persistence.errors import OvertakenError, store_error
from persistence.files import database_path, prepare, sentences
from persistence.records import Entry, StateRecord, StoredPair
from persistence.terms_text import terms_of

BUSY_TIMEOUT_S = 5.0
_LEASE = "lease"


class Store:
    """One database file. Every method is one transaction and raises StoreError; use it from one thread."""

    def __init__(self, path: Path, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self.path = path
        self._db = Database()
        self._entities = define_entities(self._db)
        self._level = "NORMAL"
        # Pony takes plain functions only: a method would be passed over without a word.
        self._db.on_connect(lambda _db, connection: self._connected(connection))
        with self._sentences():
            self._db.bind("sqlite", str(path), timeout=busy_timeout_s)
            self._db.generate_mapping(create_tables=True)
        if self.state(SCHEMA_KEY) is None:
            self.record([StateRecord(SCHEMA_KEY, str(SCHEMA_VERSION))])

    @classmethod
    def open(cls, url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Self:
        """The store at `sqlite:///relative` or `sqlite:////absolute`, made if it does not exist; raises StoreError."""
        path = database_path(url)
        prepare(path, busy_timeout_s)
        return cls(path, busy_timeout_s)

    def take_lease(self) -> int:
        """The next token: whoever has an older one has been overtaken, and must not write or send any more."""
        with self._transaction(careful=True):
            token = self._newest_lease() + 1
            writing.write(self._entities, [StateRecord(_LEASE, str(token))])
            return token

    def check_lease(self, token: int) -> None:
        """Raises OvertakenError when a newer token was given out."""
        with self._transaction():
            self._refuse_overtaken(token)

    def record(self, entries: Sequence[Entry], lease: int | None = None) -> None:
        """Writes all of the entries or none. The same ones may come again, and in any order.

        Raises OvertakenError when `lease` is given and a newer token was given out.
        """
        if not entries:
            return
        with self._transaction(careful=any(map(writing.outlives_power_loss, entries))):
            if lease is not None:
                self._refuse_overtaken(lease)
            writing.write(self._entities, entries)

    def load_pair(self, symbol: str, *, with_dust: bool = True) -> StoredPair:
        """What a pair's keeper begins with: the lots of which news may come, its cursor, the sums of the others.

        `with_dust` also brings the closed lots that have something left for a later one to take over.
        """
        with self._transaction():
            cursor = self._entities.cursor.get(symbol=symbol)
            last = None if cursor is None else cursor.last_trade_id
            sums.settle(self._entities, symbol)
            rows = reading.unfinished_rows(self._entities, symbol, last, with_dust)
            lots = tuple(reading.lots_of(self._entities, rows))
            finished = sums.closed_totals(self._entities, symbol, except_for={row.id for row in rows})
            return StoredPair(lots, last, finished)

    def cursor(self, symbol: str) -> int | None:
        """The last trade of a pair that is accounted for; None before its first comparison."""
        with self._transaction():
            row = self._entities.cursor.get(symbol=symbol)
            return None if row is None else int(row.last_trade_id)

    def lots(self, *, symbol: str | None = None, open_only: bool = False, limit: int | None = 1000) -> tuple[Lot, ...]:
        """The `limit` lots that were recorded last, the latest first."""
        with self._transaction():
            rows = reading.lot_rows(self._entities, symbol, open_only, limit)
            return tuple(reading.lots_of(self._entities, rows))

    def lot(self, lot_id: str) -> Lot | None:
        """One lot, closed or not."""
        with self._transaction():
            row = self._entities.lot.get(lot_id=lot_id)
            return None if row is None else next(reading.lots_of(self._entities, [row]))

    def terms(self, symbol: str) -> Terms | None:
        """On which terms the lots of a pair are sold, as last recorded; None for a pair never seen."""
        with self._transaction():
            row = self._entities.pair.get(symbol=symbol)
            return None if row is None else terms_of(row.terms)

    def state(self, key: str) -> str | None:
        """One word of the system's state, None when it was never set."""
        with self._transaction():
            row = self._entities.state.get(key=key)
            return None if row is None else str(row.value)

    def close(self) -> None:
        """Lets go of the file, which then is all in one piece; do not use the store any more."""
        with self._sentences():
            self._db.disconnect()

    def _newest_lease(self) -> int:
        row = self._entities.state.get(key=_LEASE)
        return 0 if row is None else int(row.value)

    def _refuse_overtaken(self, token: int) -> None:
        newest = self._newest_lease()
        if newest > token:
            raise OvertakenError(
                f"another lotkeeper began later with the database {self.path} (lease {newest}, ours is {token}): "
                "this one sends no order and writes nothing; end one of the two"
            )

    @contextmanager
    def _transaction(self, *, careful: bool = False) -> Iterator[None]:
        """One transaction that holds the write lock from its start: nobody else writes between its queries."""
        with self._sentences(), self._on_disk(careful), db_session(optimistic=False):
            yield

    @contextmanager
    def _on_disk(self, careful: bool) -> Iterator[None]:
        """While `careful`, a commit waits for the disk. The setting cannot change within a transaction."""
        if not careful:
            yield
            return
        self._synchronous("FULL")
        try:
            yield
        finally:
            self._synchronous("NORMAL")

    def _connected(self, connection: sqlite3.Connection) -> None:
        """Pony connects when first used, after a fork and after an error."""
        connection.execute(f"PRAGMA synchronous = {self._level}")
        connection.create_aggregate("decimal_sum", 1, sums.DecimalSum)  # type: ignore[arg-type]  # its types know no text
        connection.create_aggregate("fees_sum", 1, sums.FeesSum)  # type: ignore[arg-type]

    def _synchronous(self, level: str) -> None:
        """Sets it for the connection that Pony has (never for one inherited by a fork), and for those to come."""
        self._level = level
        pool = self._db.provider.pool
        if pool.con is not None and pool.pid == os.getpid():
            pool.con.execute(f"PRAGMA synchronous = {level}")

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            with sentences(self.path):
                yield
        except (DBException, TransactionError) as error:
            raise store_error(self.path, error) from error
