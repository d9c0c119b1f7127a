"""A start opens a file that an earlier version or another program wrote."""

import sqlite3
from contextlib import closing

import pytest

from lotkeeper.trading.recovery.history_start import Clock, HistoryStart
from persistence.errors import StoreError
from persistence.history_starts import HistoryStarts
from persistence.store import Store
from tests.persistence.older import set_version, without_version_6

KNOWN = HistoryStart(1_700_000_000_000, Clock.EXCHANGE)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/lots.sqlite"


def test_a_database_of_an_earlier_version_is_migrated_first(url, tmp_path):
    Store.open(url).close()
    with closing(sqlite3.connect(tmp_path / "lots.sqlite")) as connection, connection:
        without_version_6(connection)
        connection.execute("ALTER TABLE lots DROP COLUMN hold")
        for column in ("trail_delta", "stop_price", "stop", "is_instructed"):
            connection.execute(f"ALTER TABLE orders DROP COLUMN {column}")
        set_version(connection, 3)
    HistoryStarts.open(url).write({"BTCUSDT": KNOWN})
    store = Store.open(url)
    assert store.lots() == ()
    store.close()


def test_a_file_of_another_program_is_refused(url, tmp_path):
    with closing(sqlite3.connect(tmp_path / "lots.sqlite")) as connection, connection:
        connection.execute("CREATE TABLE other (a)")
    with pytest.raises(StoreError, match="belongs to another program"):
        HistoryStarts.open(url)
