"""What the store does that only a file of SQLite can do."""

import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from persistence.records import StateRecord, lot_entries
from persistence.store import Store
from tests.persistence.lots import buy, lot, record


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path}/lots.sqlite")
    yield opened
    opened.close()


def test_an_operators_command_is_written_through_to_the_disk(store: Store) -> None:
    seen: list[str] = []
    connection = store._db.provider.pool.con
    connection.set_trace_callback(seen.append)
    store.record([StateRecord("pause.BTCUSDT", "1")])
    assert seen[0] == "PRAGMA synchronous = FULL"
    assert "COMMIT" in seen
    assert seen[-1] == "PRAGMA synchronous = NORMAL"
    seen.clear()
    record(store, lot())
    assert not [sql for sql in seen if "PRAGMA" in sql]
    assert connection.execute("PRAGMA synchronous").fetchone() == (1,)


def test_the_file_is_in_wal_mode_and_only_its_owner_reads_it(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "lots.sqlite"
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    record(store, lot())
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


def test_money_stands_in_the_file_as_plain_digits(store: Store, tmp_path: Path) -> None:
    store.record(lot_entries(lot(buys=(buy(price=Decimal("64000.10"), quantity=Decimal("1E-8")),))))
    with sqlite3.connect(tmp_path / "lots.sqlite") as connection:
        rows = connection.execute("SELECT price, quantity, typeof(price), typeof(quantity) FROM fills").fetchall()
    assert rows == [("64000.10", "0.00000001", "text", "text")]


def test_no_money_column_has_a_type_that_would_turn_it_into_a_number(store: Store, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "lots.sqlite") as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        tables = [name for (name,) in connection.execute(query)]
        types = {kind for table in tables for (_, _, kind, *_) in connection.execute(f"PRAGMA table_info({table})")}
    assert types <= {"TEXT", "INTEGER", "BIGINT", "BOOLEAN"}
