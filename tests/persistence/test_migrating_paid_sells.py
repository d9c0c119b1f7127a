"""A database of version 5 knows no SELL that a BUY pays for."""

import sqlite3
from contextlib import closing
from decimal import Decimal as D

from lotkeeper.trading.orders.client_ids import paid_sell_name
from persistence.records import lot_entries
from persistence.schema import SCHEMA_KEY, SCHEMA_VERSION
from persistence.store import Store
from tests.persistence.lots import lot, order
from tests.persistence.older import without_version_6


def test_its_sells_were_placed_alone_and_one_that_a_buy_pays_for_is_taken(tmp_path):
    path = tmp_path / "lots.sqlite"
    store = Store.open(f"sqlite:///{path}")
    store.record(lot_entries(lot(7)))
    store.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        without_version_6(connection)
    store = Store.open(f"sqlite:///{path}")
    assert store.state(SCHEMA_KEY) == str(SCHEMA_VERSION)
    assert store.lots() == (lot(7),)
    paid = order(8, name=paid_sell_name(8, "lkb-1-1-1"), order_id=9, quantity=D("0.1"))
    known = lot(8, orders=(paid,))
    store.record(lot_entries(known))
    assert sorted(store.lots(), key=lambda each: each.buy_order_id) == [lot(7), known]
    store.close()
