"""The store: the Ledger writes its records here, and each start reads them.

SQLite in WAL mode with synchronous=NORMAL: a crash of any process loses nothing, a loss of power may lose the last
transactions but never the file. That is enough, because lost trades can be asked from the exchange again. What the
exchange does not know (an operator's command, the lease) is written with synchronous=FULL, which waits for the disk.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Self

from pony.orm import Database, db_session
from pony.orm.core import TransactionError
from pony.orm.dbapiprovider import DBException

from lotkeeper.trading.buying.purchase import AskedPurchase, PurchaseWish
from lotkeeper.trading.fee_reserve.reserve import FeesPaid
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.policy import Terms
from persistence import profit_entries, purchases, reading, sums, writing
from persistence.entities import define_entities
from persistence.errors import OvertakenError, raised_as_store_errors, store_error
from persistence.files import database_path, prepare
from persistence.presence import Presence, find_presence, remove_remains, write_again
from persistence.records import Entry, StateRecord, StoredPair
from persistence.schema import SCHEMA_KEY, SCHEMA_VERSION
from persistence.terms_text import sell_rate_from_text, terms_from_text

BUSY_TIMEOUT_S = 5.0
_LEASE = "lease"


class Store:
    """One database file. Every method is one transaction and raises StoreError; use it from one thread."""

    def __init__(self, path: Path, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self.path = path
        self._db = Database()
        self._entities = define_entities(self._db)
        self._level = "NORMAL"
        # Pony takes only plain functions here and silently ignores a method.
        self._db.on_connect(lambda _db, connection: self._configure_connection(connection))
        with self._store_errors():
            self._db.bind("sqlite", str(path), timeout=busy_timeout_s)
            self._db.generate_mapping(create_tables=True)
        if self.state(SCHEMA_KEY) is None:
            self.record([StateRecord(SCHEMA_KEY, str(SCHEMA_VERSION))])
        # Some file systems show an open file under another identity: there nothing is known of its presence.
        with self._store_errors():
            self._is_presence_known = find_presence(path) is Presence.WHOLE

    @classmethod
    def open(cls, url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Self:
        """The store at `sqlite:///relative` or `sqlite:////absolute`, created if missing; raises StoreError."""
        path = database_path(url)
        prepare(path, busy_timeout_s)
        return cls(path, busy_timeout_s)

    def take_lease(self) -> int:
        """Takes over the database: returns a new token. Systems with older tokens must not write or send any more."""
        with self._transaction(durable=True):
            token = self._newest_lease() + 1
            writing.write(self._entities, [StateRecord(_LEASE, str(token))])
            return token

    def check_lease(self, token: int) -> None:
        """Raises OvertakenError when another system has taken a newer token."""
        with self._transaction():
            self._refuse_older_lease(token)

    def record(self, entries: Sequence[Entry], lease: int | None = None) -> None:
        """Writes all of the entries or none. Entries may come twice and in any order.

        Raises OvertakenError when another system has taken a newer token than `lease`.
        """
        if not entries:
            return
        with self._transaction(durable=any(map(writing.must_survive_power_loss, entries))):
            if lease is not None:
                self._refuse_older_lease(lease)
            writing.write(self._entities, entries)

    def find_or_record_purchase(
        self, symbol: str, wish: PurchaseWish, *, is_again: bool, sent_again: str = "", lease: int | None = None
    ) -> tuple[AskedPurchase, bool]:
        """The purchase of this wish, and whether it was recorded now; with `sent_again` that one, sent at that time.

        Raises OvertakenError as `record` does.
        """
        with self._transaction(durable=True):
            if lease is not None:
                self._refuse_older_lease(lease)
            known = purchases.record_sent_again(self._entities, sent_again, wish.at_ms) if sent_again else None
            if known is not None:
                return known, False
            return purchases.find_or_record(self._entities, symbol, wish, is_again=is_again)

    def count_lots(self, most: int, lease: int | None = None) -> int:
        """Counts what at most so many lots earned that changed since; returns how many there were.

        Raises OvertakenError as `record` does.
        """
        with self._transaction():
            if lease is not None:
                self._refuse_older_lease(lease)
            return profit_entries.count_lots(self._entities, most)

    def load_pair(self, symbol: str, *, with_dust: bool = True) -> StoredPair:
        """What a pair's keeper starts with: the lots that may still change, the cursor, the sums over the other lots.

        `with_dust` adds closed lots whose dust a later lot may take over.
        """
        with self._transaction():
            cursor = self._entities.cursor.get(symbol=symbol)
            last = None if cursor is None else cursor.last_trade_id
            sums.fill_missing_sums(self._entities, symbol)
            rows = reading.unfinished_rows(self._entities, symbol, last, with_dust)
            lots = tuple(reading.lots_of(self._entities, rows))
            finished = sums.closed_totals(self._entities, symbol, except_for={row.id for row in rows})
            numbers = reading.finished_ids(self._entities, symbol, rows)
            given = reading.finished_disposals(self._entities, symbol, rows)
            return StoredPair(lots, last, finished, numbers, given)

    def cursor(self, symbol: str) -> int | None:
        """The trade id up to which all trades of a pair are accounted for; None before its first reconciliation."""
        with self._transaction():
            row = self._entities.cursor.get(symbol=symbol)
            return None if row is None else int(row.last_trade_id)

    def first_trade_ms(self, symbol: str) -> int | None:
        """When the first trade happened that is recorded of a pair (exchange's time); None if there is none."""
        with self._transaction():
            return reading.first_trade_ms(self._entities, symbol)

    def fees_paid(self, asset: str, since_ms: int) -> FeesPaid:
        """What the recorded trades since a moment (exchange's time) paid in an asset."""
        with self._transaction():
            return reading.fees_paid(self._entities, asset, since_ms)

    def lots(self, *, symbol: str | None = None, open_only: bool = False, limit: int | None = 1000) -> tuple[Lot, ...]:
        """The newest `limit` lots, the newest first."""
        with self._transaction():
            rows = reading.lot_rows(self._entities, symbol, open_only, limit)
            return tuple(reading.lots_of(self._entities, rows))

    def lot(self, lot_id: str) -> Lot | None:
        """One lot, closed or not."""
        with self._transaction():
            row = self._entities.lot.get(lot_id=lot_id)
            return None if row is None else next(reading.lots_of(self._entities, [row]))

    def sell_rate(self, symbol: str) -> Decimal | None:
        """The last recorded fee that a SELL is expected to cost, a fraction; None for an unknown pair."""
        with self._transaction():
            row = self._entities.pair.get(symbol=symbol)
            return None if row is None else sell_rate_from_text(row.terms)

    def terms(self, symbol: str) -> Terms | None:
        """The last recorded terms on which the lots of a pair are sold; None for an unknown pair."""
        with self._transaction():
            row = self._entities.pair.get(symbol=symbol)
            return None if row is None else terms_from_text(row.terms)

    def state(self, key: str) -> str | None:
        """A value of the system's state, None if it was never set."""
        with self._transaction():
            row = self._entities.state.get(key=key)
            return None if row is None else str(row.value)

    def presence(self) -> Presence:
        """Whether the files that are open here are still in their places."""
        is_known = self._is_presence_known and self._connection is not None
        with self._store_errors():
            return find_presence(self.path) if is_known else Presence.WHOLE

    def write_again(self) -> None:
        """Writes files that were deleted again, with all that was in them and is recorded since, and closes the store.

        It has to be opened again. Raises StoreError; then nothing has changed.
        """
        with self._store_errors():
            assert self._connection is not None
            write_again(self.path, self._connection)
            self._db.disconnect()
            remove_remains(self.path)

    @property
    def _connection(self) -> sqlite3.Connection | None:
        """Pony's present connection; None if there is none, or if it was inherited by a fork."""
        pool = self._db.provider.pool
        return pool.con if pool.con is not None and pool.pid == os.getpid() else None

    def close(self) -> None:
        """Closes the file, which then holds everything (no WAL file is left). The store cannot be used any more."""
        with self._store_errors():
            self._db.disconnect()

    def _newest_lease(self) -> int:
        row = self._entities.state.get(key=_LEASE)
        return 0 if row is None else int(row.value)

    def _refuse_older_lease(self, token: int) -> None:
        newest = self._newest_lease()
        if newest > token:
            raise OvertakenError(
                f"another lotkeeper began later with the database {self.path} (lease {newest}, ours is {token}): "
                "this one sends no orders and writes nothing; stop one of the two"
            )

    @contextmanager
    def _transaction(self, *, durable: bool = False) -> Iterator[None]:
        """One transaction, with the write lock from its start: no other process writes between its queries."""
        with self._store_errors(), self._flushed_to_disk(durable), db_session(optimistic=False):
            yield

    @contextmanager
    def _flushed_to_disk(self, durable: bool) -> Iterator[None]:
        """While `durable`, a commit waits for the disk. The setting cannot change within a transaction."""
        if not durable:
            yield
            return
        self._set_synchronous("FULL")
        try:
            yield
        finally:
            self._set_synchronous("NORMAL")

    def _configure_connection(self, connection: sqlite3.Connection) -> None:
        """Pony opens connections on first use, after a fork and after an error; each needs these settings."""
        connection.execute(f"PRAGMA synchronous = {self._level}")
        connection.create_aggregate("decimal_sum", 1, sums.DecimalSum)  # type: ignore[arg-type]  # its types know no text
        connection.create_aggregate("fees_sum", 1, sums.FeesSum)  # type: ignore[arg-type]

    def _set_synchronous(self, level: str) -> None:
        """For Pony's present connection and for all later ones."""
        self._level = level
        if (connection := self._connection) is not None:
            connection.execute(f"PRAGMA synchronous = {level}")

    @contextmanager
    def _store_errors(self) -> Iterator[None]:
        try:
            with raised_as_store_errors(self.path):
                yield
        except (DBException, TransactionError) as error:
            raise store_error(self.path, error) from error
