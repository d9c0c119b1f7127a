"""A database of version 4 knows no sell instructions."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal as D

from lotkeeper.trading.lots.instructions import InstructionEnd
from lotkeeper.trading.orders.client_ids import SellName
from persistence.records import InstructionRecord, lot_entries
from persistence.schema import SCHEMA_KEY, SCHEMA_VERSION
from persistence.store import Store
from tests.lotkeeper.trading.instructing import instruction
from tests.persistence.lots import lot, order
from tests.persistence.older import set_version, without_version_6


def test_its_sells_carry_out_none_and_new_ones_are_taken(tmp_path):
    path = tmp_path / "lots.sqlite"
    store = Store.open(f"sqlite:///{path}")
    store.record(lot_entries(lot(7)))
    store.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        without_version_6(connection)
        for column in ("trail_delta", "stop_price", "stop", "is_instructed"):
            connection.execute(f"ALTER TABLE orders DROP COLUMN {column}")
        connection.execute("DROP TABLE sell_instructions")
        set_version(connection, 4)
    store = Store.open(f"sqlite:///{path}")
    assert store.state(SCHEMA_KEY) == str(SCHEMA_VERSION)
    assert store.lots() == (lot(7),)
    asked = instruction("0.1", "100")
    instructed = order(7, name=SellName(7, 2, is_instructed=True), order_id=9, quantity=D("0.1"))
    known = lot(7, orders=(order(7), instructed), instructions=(asked,))
    store.record(lot_entries(known))
    assert store.lots() == (known,)
    store.close()


def test_a_late_copy_does_not_bring_an_ended_instruction_back(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path}/lots.sqlite")
    asked = instruction("0.1", "100")
    ended = replace(asked, end=InstructionEnd.WITHDRAWN)
    store.record(lot_entries(lot(7, instructions=(ended,))))
    store.record([InstructionRecord(lot(7).lot_id, asked)])
    assert store.lots()[0].instructions == (ended,)
    store.close()
