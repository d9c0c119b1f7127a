"""A database of version 5 does not know which lots have risen far enough above their cost."""

import sqlite3
from contextlib import closing
from dataclasses import replace

from persistence.records import lot_entries
from persistence.schema import SCHEMA_KEY, SCHEMA_VERSION
from persistence.store import Store
from tests.persistence.lots import lot
from tests.persistence.older import without_version_6


def test_none_of_its_lots_is_armed_and_that_one_is_armed_is_kept(tmp_path):
    path = tmp_path / "lots.sqlite"
    store = Store.open(f"sqlite:///{path}")
    store.record(lot_entries(lot(7)))
    store.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        without_version_6(connection)
    store = Store.open(f"sqlite:///{path}")
    assert store.state(SCHEMA_KEY) == str(SCHEMA_VERSION)
    assert store.lots() == (lot(7),)
    armed = replace(lot(7), break_even_ms=1_700_000_000_123)
    store.record(lot_entries(armed))
    store.close()
    store = Store.open(f"sqlite:///{path}")
    assert store.lots() == (armed,)
    store.close()
