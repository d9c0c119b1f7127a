"""A database of a server: a start only adds to it, and what changes rows is done on command."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from persistence.engines.choice import engine_of
from persistence.errors import StoreError
from persistence.schema import SCHEMA_KEY, SCHEMA_VERSION
from persistence.store import Store
from tests.persistence.lots import lot
from tests.persistence.schemas import script
from tests.postgresql.sharing import SharedServer

# How version 5 of the schema is brought back to earlier ones, which PostgreSQL has never had.
TO_4 = (
    *(f"ALTER TABLE orders DROP COLUMN {name}" for name in ("trail_delta", "stop_price", "stop", "is_instructed")),
    f"UPDATE system_state SET value = '4' WHERE key = '{SCHEMA_KEY}'",
)
TO_3 = (
    *TO_4,
    "ALTER TABLE lots DROP COLUMN hold",
    f"UPDATE system_state SET value = '3' WHERE key = '{SCHEMA_KEY}'",
)


@pytest.fixture
def url(postgresql: SharedServer) -> Iterator[str]:
    made = postgresql.empty_database()
    do(made, script(5, ".postgresql.sql"))
    yield made
    postgresql.drop(made)


def do(url: str, *statements: str) -> None:
    with closing(engine_of(url).connect()) as connection, connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_columns_are_added_by_a_start(url: str) -> None:
    do(url, "SET search_path = public", *TO_4)
    store = Store.open(url)
    assert store.state(SCHEMA_KEY) == str(SCHEMA_VERSION)
    assert store.lot("BTCUSDT-7") == lot(7)
    store.close()


def test_rows_are_changed_on_command_alone(url: str) -> None:
    do(url, "SET search_path = public", *TO_3)
    with pytest.raises(StoreError, match=r"changes rows: .* pg_dump, and run: lotkeeper db upgrade"):
        Store.open(url)
    engine = engine_of(url)
    assert engine.version() == "3"
    assert engine.upgrade() is None
    assert engine.version() == str(SCHEMA_VERSION)
    store = Store.open(url)
    held = store.lot("BTCUSDT-11")
    assert held is not None
    assert str(held.hold) == "CANCELLED_BY_HAND"
    store.close()


def test_a_step_that_fails_changes_nothing(url: str) -> None:
    do(url, "SET search_path = public", *TO_3, "ALTER TABLE orders ADD COLUMN stop TEXT")
    with pytest.raises(StoreError, match="already exists"):
        engine_of(url).upgrade()
    assert engine_of(url).version() == "3"
    columns = engine_of(url).read("SELECT column_name FROM information_schema.columns WHERE table_name = 'lots'")
    assert ("hold",) not in columns
