"""What was recorded comes back exactly, whatever the order and however often."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Context, Decimal
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.transfers import Disposal, DisposalKind
from lotkeeper.trading.money import total
from persistence.fees_text import fees_to_text
from persistence.records import CursorRecord, Entry, lot_entries
from persistence.rows import digits
from persistence.store import Store
from tests.persistence.lots import books, buy, lot, sell, sold


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


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Opening takes longer than all the rest: one store for all examples, emptied before each."""
    if request.param == "sqlite":
        store = Store.open(f"sqlite:///{tmp_path_factory.mktemp('shared')}/lots.sqlite")
    else:
        store = Store.open(request.getfixturevalue("postgresql").database())
    yield store
    store.close()


def empty(store: Store) -> None:
    of_lots = ("orders", "fills", "fee_values", "carries", "cost_moves", "disposals", "sell_instructions")
    for table in ("lots", "closed_sums", *of_lots):
        store._engine.write(f"DELETE FROM {table}", [()])


@settings(max_examples=8)
@given(book=books(), chance=st.randoms(use_true_random=False))
def test_lots_come_back_as_recorded_in_any_order_and_twice(shared: Store, book: list[Lot], chance: Random) -> None:
    check_that_lots_come_back(shared, book, chance)


@pytest.mark.long
@settings(max_examples=25)
@given(book=books(), chance=st.randoms(use_true_random=False))
def test_lots_of_more_books_come_back_too(shared: Store, book: list[Lot], chance: Random) -> None:
    check_that_lots_come_back(shared, book, chance)


def check_that_lots_come_back(shared: Store, book: list[Lot], chance: Random) -> None:
    empty(shared)
    for batch in batches([entry for known in book for entry in lot_entries(known)], chance):
        shared.record(batch)
    for symbol in {known.symbol for known in book}:
        wanted = sorted((one for one in book if one.symbol == symbol), key=lambda one: one.buy_order_id)
        assert shared.load_pair(symbol).lots == tuple(wanted)
    assert sorted(shared.lots(), key=repr) == sorted(book, key=repr)


def test_lots_are_there_after_the_store_was_closed(database: str) -> None:
    store = Store.open(database)
    store.record(lot_entries(lot()))
    store.close()
    again = Store.open(database)
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


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some=st.integers(-(10**38) + 1, 10**38 - 1), places=st.integers(0, 38), more=st.integers(-(10**38), 10**38))
def test_amounts_of_38_digits_come_back_and_add_up_exactly(shared: Store, some: int, places: int, more: int) -> None:
    """An amount that may be below zero, as a profit is; `total` is exact, and so must be the sum of the engine."""
    one, other = (Decimal(each).scaleb(-places, Context(prec=100)) for each in (some, more))
    empty(shared)
    for number, fee in ((1, one), (2, other)):
        shared.record(lot_entries(replace(sold(number), sells=(sell(number + 1, 10 * number + 1, commission=fee),))))
    lots = {each.buy_order_id: each for each in shared.lots()}
    assert [digits(lots[number].sells[0].commission) for number in (1, 2)] == [digits(one), digits(other)]
    shared.load_pair("BTCUSDT")
    values = [(digits(each), fees_to_text((("BNB", each),)), number) for number, each in ((1, one), (2, other))]
    place = shared._engine.parameter
    update = f"UPDATE lots SET profit = {place}, fees = {place} WHERE buy_order_id = {place}"
    shared._engine.write(update, values)
    shared._engine.write("DELETE FROM closed_sums", [()])  # as in the database of an earlier version
    shared.record([CursorRecord("BTCUSDT", 1000, 1000)])
    sums = shared.load_pair("BTCUSDT", with_dust=False).closed
    assert sums.realised_profit == dict(sums.fees).get("BNB", 0) == total((one, other))  # no fee where it is zero


def test_text_comes_back_with_its_spaces(store: Store) -> None:
    known = lot(reason="  waits:\n the pair is halted ")
    store.record(lot_entries(known))
    assert store.lot(known.lot_id) == known


def test_what_was_disposed_of_comes_back_as_it_was_last(store: Store) -> None:
    """More of it, and nothing of it when the SELL was ours after all."""
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
