"""The store: the Ledger writes its records here, and each start reads them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Self

from pony.orm import Database, db_session

from lotkeeper.trading.buying.purchase import AskedPurchase, PurchaseWish
from lotkeeper.trading.fee_reserve.reserve import FeesPaid
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import Terms
from persistence import leases, profit_entries, purchases, reading, sums, writing
from persistence.engines.base import Engine, Presence
from persistence.engines.choice import BUSY_TIMEOUT_S, engine_of
from persistence.entities import define_entities
from persistence.indexes import make_indexes
from persistence.records import Entry, StateRecord, StoredPair
from persistence.schema import SCHEMA_KEY, SCHEMA_VERSION
from persistence.terms_text import known_terms, sell_rate_from_text, terms_from_text
from persistence.views import make_views


class Store:
    """One database. Every method is one transaction and raises StoreError; use it from one thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._db = Database()
        self._entities = define_entities(self._db)
        with engine.store_errors():
            engine.bind(self._db)
            with engine.alone():
                self._db.generate_mapping(create_tables=True)
                with db_session(optimistic=False):
                    make_indexes(self._db)
                    make_views(self._db)
                    engine.guard(self._db.get_connection())
        if self.state(SCHEMA_KEY) is None:
            self.record([StateRecord(SCHEMA_KEY, str(SCHEMA_VERSION))])

    @classmethod
    def open(cls, url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Self:
        """The store at this address, created if missing; raises StoreError."""
        engine = engine_of(url, busy_timeout_s)
        engine.prepare()
        return cls(engine)

    @property
    def place(self) -> str:
        """Which database it is, for people."""
        return self._engine.place

    def take_lease(self) -> int:
        """Takes over the database: returns a new token. Systems with older tokens must not write or send any more."""
        with self._transaction(durable=True):
            return leases.take(self._entities, self._engine.row_lock)

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
            self._refuse_older_lease(lease)
            writing.write(self._entities, entries)

    def find_or_record_purchase(
        self, symbol: str, wish: PurchaseWish, *, is_again: bool, sent_again: str = "", lease: int | None = None
    ) -> tuple[AskedPurchase, bool]:
        """The purchase of this wish, and whether it was recorded now; with `sent_again` that one, sent at that time.

        Raises OvertakenError as `record` does.
        """
        with self._transaction(durable=True):
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
            self._refuse_older_lease(lease)
            return profit_entries.count_lots(self._entities, most)

    def load_pair(self, symbol: str, *, with_dust: bool = True, lease: int | None = None) -> StoredPair:
        """What a pair's keeper starts with: the lots that may still change, the cursor, the sums over the other lots.

        `with_dust` adds closed lots whose dust a later lot may take over. Sums that are missing are written, so it
        raises OvertakenError as `record` does.
        """
        with self._transaction():
            self._refuse_older_lease(lease)
            cursor = self._entities.cursor.get(symbol=symbol)
            last = None if cursor is None else cursor.last_trade_id
            sums.fill_missing_sums(self._entities, symbol)
            rows = reading.unfinished_rows(self._entities, symbol, last, with_dust)
            lots = tuple(reading.lots_of(self._entities, rows))
            finished = sums.closed_totals(self._entities, symbol, except_for=rows)
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

    def pairs(self) -> tuple[TradePair, ...]:
        """The last recorded rules of the exchange; without a pair whose record cannot be read."""
        with self._transaction():
            return tuple(each.market.pair for each in known_terms(row.terms for row in self._entities.pair.select()))

    def state(self, key: str) -> str | None:
        """A value of the system's state, None if it was never set."""
        with self._transaction():
            row = self._entities.state.get(key=key)
            return None if row is None else str(row.value)

    def presence(self) -> Presence:
        """Whether the files that are open here are still in their places."""
        return self._engine.presence()

    def write_again(self) -> None:
        """Writes files that were deleted again, with all that was in them and is recorded since, and closes the store.

        It has to be opened again. Raises StoreError; then nothing has changed.
        """
        self._engine.write_again()

    def close(self) -> None:
        """Closes the database; of SQLite the file then holds everything. The store cannot be used any more."""
        with self._engine.store_errors():
            self._db.disconnect()

    def _refuse_older_lease(self, token: int | None) -> None:
        if token is not None:
            leases.refuse_older(self._entities, token, self._engine.row_lock, self.place)

    @contextmanager
    def _transaction(self, *, durable: bool = False) -> Iterator[None]:
        """One transaction. Of SQLite it has the write lock from its start: no other process writes between its queries.

        On PostgreSQL the row of the lease is locked by those who write with a token.
        """
        with self._engine.store_errors(), self._engine.on_disk(durable), db_session(optimistic=False):
            yield
