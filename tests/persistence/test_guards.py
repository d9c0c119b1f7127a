"""What the database itself refuses, on both engines, in a new database as in one of an earlier version."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from pony.orm import Database

from persistence.conditions import Condition, conditions
from persistence.engines.choice import engine_of
from persistence.entities import define_entities
from persistence.errors import StoreError
from persistence.guards import PREFIX, postgresql_guards, sqlite_guards, steps
from persistence.store import Store
from tests.persistence.decisions import decide, made
from tests.persistence.lots import lot, record, sold

REFUSED = [
    ("UPDATE fills SET price = '-1'", "price"),
    ("UPDATE fills SET price = 'much'", "price"),
    ("UPDATE fills SET quantity = '1.2.3'", "quantity"),
    ("UPDATE fills SET quantity = ''", "quantity"),
    ("UPDATE fills SET quantity = '1e5'", "quantity"),
    ("UPDATE fills SET side = 'HOLD'", "side"),
    ("UPDATE fills SET time_ms = -1", "time_ms"),
    ("UPDATE orders SET state = 'PERHAPS'", "state"),
    ("UPDATE orders SET executed = '-0.1'", "executed"),
    ("UPDATE lots SET state = 'open'", "state"),
    ("UPDATE lots SET hold = 'WHY_NOT'", "hold"),
    ("INSERT INTO cursors (symbol, last_trade_id, at_ms) VALUES ('BTCUSDT', 1, -5)", "at_ms"),
]
TAKEN = [
    "UPDATE fills SET price = '0'",
    "UPDATE fills SET price = '-0.00'",
    "UPDATE fills SET commission = '-0.001'",
    "UPDATE fills SET quantity = '12345678901234567890.123456789012345678'",
    "UPDATE orders SET cost = '-12.5'",
    "UPDATE lots SET hold = NULL",
    "UPDATE orders SET stop_price = NULL",
]


@contextmanager
def connected(url: str) -> Iterator[Any]:
    engine = engine_of(url)
    with engine.own_errors(), closing(engine.connect()) as connection, connection, closing(connection.cursor()) as each:
        yield each


@pytest.mark.parametrize(("statement", "column"), REFUSED)
def test_what_no_row_may_have_is_refused(store: Store, database: str, statement: str, column: str) -> None:
    record(store, lot(7), sold(2))
    with pytest.raises(StoreError, match=column), connected(database) as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("statement", TAKEN)
def test_what_may_happen_is_taken(store: Store, database: str, statement: str) -> None:
    record(store, lot(7), sold(2))
    with connected(database) as cursor:
        cursor.execute(statement)


def test_every_amount_and_every_moment_has_its_condition() -> None:
    """A column that is added later is not forgotten."""
    guarded = {(each.table, each.column) for each in conditions()}
    db = Database("sqlite", ":memory:")
    define_entities(db)
    db.generate_mapping(create_tables=True)
    columns = {(entity._table_, each.columns[0]) for entity in db.entities.values() for each in entity._attrs_}
    sums = ("first_sell_ms", "held_ms")  # which are worked out again
    moments = {each for each in columns if each[1].endswith("_ms") and each[1] not in sums}
    amounts = {each for each in columns if each[1] in AMOUNTS}
    assert (moments | amounts) - guarded == set()
    assert guarded <= columns


AMOUNTS = {"price", "quantity", "cost", "executed", "proceeds", "commission", "profit", "fee"}


def names(url: str) -> set[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if url.startswith("sqlite")
        else "SELECT conname FROM pg_constraint WHERE contype = 'c' UNION SELECT tgname FROM pg_trigger"
        " UNION SELECT proname FROM pg_proc"
    )
    with connected(url) as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall() if name.startswith(PREFIX)}


def wanted(url: str) -> set[str]:
    return {each.name for each in (sqlite_guards() if url.startswith("sqlite") else postgresql_guards())}


def test_a_start_makes_what_is_missing_and_drops_what_is_old(store: Store, database: str) -> None:
    decide(store, made(1))
    assert names(database) == wanted(database)
    store.close()
    old = "CREATE TRIGGER guard_old_1 BEFORE INSERT ON lots BEGIN SELECT 1; END"
    if database.startswith("postgresql"):
        old = "ALTER TABLE lots ADD CONSTRAINT guard_old_1 CHECK (state <> 'CLOSED')"
    with connected(database) as cursor:
        cursor.execute(old)
        cursor.execute(next(each.drop for each in steps_to_drop(database)))
    assert names(database) != wanted(database)
    Store.open(database).close()
    assert names(database) == wanted(database)


def steps_to_drop(url: str) -> Any:
    guards = sqlite_guards() if url.startswith("sqlite") else postgresql_guards()
    return [each for each in guards if "only_added" in each.name]


def test_nothing_is_done_where_all_is_there() -> None:
    for guards in (sqlite_guards(), postgresql_guards()):
        assert steps(guards, {each.name: each.drop for each in guards}) == []
        assert len({each.name for each in guards}) == len(guards)
        assert all(len(each.name) < 64 for each in guards), "PostgreSQL cuts longer names"


def test_another_condition_is_another_guard() -> None:
    one, other = Condition("lots", "state", "{0} <> ''", "some"), Condition("lots", "state", "{0} = 'A'", "some")
    assert one.on("NEW.") == "NEW.state <> ''"
    assert one.on() != other.on()
