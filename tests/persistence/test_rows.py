"""What was recorded comes back exactly, whatever the order and however often."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.transfers import Disposal, DisposalKind
from persistence.records import Entry, lot_entries
from persistence.store import Store
from tests.persistence.lots import books, buy, lot


def batches(entries: list[Entry], chance: Random) -> list[list[Entry]]:
    """Every entry twice, shuffled, in transactions of odd sizes."""
    twice = entries * 2
    chance.shuffle(twice)
    found = []
    while twice:
        size = chance.randint(1, 5)
        found.append(twice[:size])
        twice = twice[size:]
    return found


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Opening takes longer than all the rest: one store for all examples, emptied before each."""
    store = Store.open(f"sqlite:///{tmp_path_factory.mktemp('shared')}/lots.sqlite")
    yield store
    store.close()


def empty(store: Store) -> None:
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        for table in ("lots", "orders", "fills", "fee_values", "carries", "disposals", "sell_instructions"):
            connection.execute(f"DELETE FROM {table}")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(book=books(), chance=st.randoms(use_true_random=False))
def test_lots_come_back_as_recorded_in_any_order_and_twice(shared: Store, book: list[Lot], chance: Random) -> None:
    empty(shared)
    for batch in batches([entry for known in book for entry in lot_entries(known)], chance):
        shared.record(batch)
    for symbol in {known.symbol for known in book}:
        wanted = sorted((one for one in book if one.symbol == symbol), key=lambda one: one.buy_order_id)
        assert shared.load_pair(symbol).lots == tuple(wanted)
    assert sorted(shared.lots(), key=repr) == sorted(book, key=repr)


def test_lots_are_there_after_the_store_was_closed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/lots.sqlite"
    store = Store.open(url)
    store.record(lot_entries(lot()))
    store.close()
    again = Store.open(url)
    assert again.load_pair("BTCUSDT").lots == (lot(),)
    again.close()


def test_thirty_digits_come_back_exactly(store: Store) -> None:
    long = Decimal("123456789012345.678901234567890123")
    tiny = Decimal("1E-25")
    known = lot(buys=(buy(price=long, quantity=tiny, quote_quantity=Decimal("1E+20")),))
    store.record(lot_entries(known))
    found = store.load_pair("BTCUSDT").lots[0].buys[0]
    assert (found.price, found.quantity, found.quote_quantity) == (long, tiny, Decimal("1E+20"))
    assert str(found.price) == str(long)


def test_money_stands_in_the_file_as_plain_digits(store: Store, tmp_path: Path) -> None:
    store.record(lot_entries(lot(buys=(buy(price=Decimal("64000.10"), quantity=Decimal("1E-8")),))))
    with sqlite3.connect(tmp_path / "lots.sqlite") as connection:
        rows = connection.execute("SELECT price, quantity, typeof(price), typeof(quantity) FROM fills").fetchall()
    assert rows == [("64000.10", "0.00000001", "text", "text")]


def test_no_money_column_has_a_type_that_would_turn_it_into_a_number(store: Store, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "lots.sqlite") as connection:
        tables = [
            name for (name,) in connection.execute("SELECT tbl_name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'")
        ]
        types = {kind for table in tables for (_, _, kind, *_) in connection.execute(f"PRAGMA table_info({table})")}
    assert types <= {"TEXT", "INTEGER", "BIGINT", "BOOLEAN"}


def test_text_comes_back_with_its_spaces(store: Store) -> None:
    known = lot(reason="  waits:\n the pair is halted ")
    store.record(lot_entries(known))
    assert store.lot(known.lot_id) == known


def test_what_was_disposed_of_comes_back_as_it_was_last(tmp_path: Path) -> None:
    """More of it, and nothing of it when the SELL was ours after all."""
    store = Store.open(f"sqlite:///{tmp_path}/lots.sqlite")
    sold = Disposal(
        lot(7).symbol, 7, DisposalKind.SOLD_BY_HAND, 501, 90, Decimal("0.1"), Decimal(6000), Decimal("6100.5"), 1_000
    )
    freed = Disposal(
        lot(7).symbol, 7, DisposalKind.RELEASED, 2_000, 0, Decimal("0.2"), Decimal(9000), Decimal(0), 2_000
    )
    for quantity in ("0.1", "0.3", "0"):
        known = replace(lot(7), disposals=(replace(sold, quantity=Decimal(quantity)), freed))
        for _ in range(2):
            store.record(lot_entries(known))
        assert store.lots() == (known,)
    store.close()
