"""A database that is only read."""

from contextlib import closing
from pathlib import Path

import pytest

from persistence.engines.choice import engine_of
from persistence.errors import StoreError
from persistence.history.database import HistoryDatabase, with_positions
from persistence.store import Store
from tests.persistence.lots import lot, record


def test_it_is_read_beside_the_writer_and_of_one_moment(store: Store) -> None:
    record(store, lot(7))
    with HistoryDatabase(store._engine) as database:
        assert len(database.rows("SELECT * FROM lots")) == 1
        record(store, lot(20))
        assert len(database.rows("SELECT * FROM lots")) == 1
    with HistoryDatabase(store._engine) as database:
        assert [row.lot_id for row in database.rows("SELECT lot_id FROM lots ORDER BY id")] == [
            "BTCUSDT-7",
            "BTCUSDT-20",
        ]


def test_it_is_read_while_nothing_runs(database: str) -> None:
    store = Store.open(database)
    record(store, lot(7))
    store.close()
    with HistoryDatabase.open(database) as found:
        assert len(found.rows("SELECT * FROM lots")) == 1


def test_nothing_is_written(store: Store) -> None:
    with HistoryDatabase(store._engine) as database, pytest.raises(StoreError, match=r"cannot be written|read-only"):
        database.rows("DELETE FROM lots")


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no database"):
        HistoryDatabase.open(f"sqlite:///{tmp_path}/lots.sqlite")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE system_state SET value = '5'", "has schema 5: an older lotkeeper wrote it; `lotkeeper start`"),
        ("UPDATE system_state SET value = '99'", "has schema 99: a newer lotkeeper wrote it"),
        ("DROP TABLE system_state", "belongs to another program"),
    ],
)
def test_a_database_of_another_version_is_refused(database: str, statement: str, sentence: str) -> None:
    Store.open(database).close()
    with closing(engine_of(database).connect()) as connection, connection, closing(connection.cursor()) as cursor:
        cursor.execute(statement)
    with pytest.raises(StoreError, match=sentence):
        HistoryDatabase.open(database)


def test_an_empty_file_and_one_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "lots.sqlite"
    path.touch()
    with pytest.raises(StoreError, match="is empty"):
        HistoryDatabase.open(f"sqlite:///{path}")
    path.write_text("no database at all, though it is as long as a header of one would be, and longer" * 20)
    with pytest.raises(StoreError, match="is not a database"):
        HistoryDatabase.open(f"sqlite:///{path}")


def test_values_are_given_by_position_to_any_engine() -> None:
    query = "SELECT * FROM fills WHERE symbol = :symbol AND time_ms >= :since AND (symbol, x) < (:symbol, :x)"
    text, values = with_positions(query, {"symbol": "BTCUSDT", "since": 5, "x": 7, "not_used": 1}, "%s")
    assert text == "SELECT * FROM fills WHERE symbol = %s AND time_ms >= %s AND (symbol, x) < (%s, %s)"
    assert values == ["BTCUSDT", 5, "BTCUSDT", 7]
