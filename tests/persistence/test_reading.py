"""Which lots are read back, and in what order."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.lots.transfers import Disposal, DisposalKind
from lotkeeper.trading.reports.profit import Totals
from persistence.records import (
    CursorRecord,
)
from persistence.store import Store
from tests.persistence.lots import SYMBOL, dusty, lot, record, sold


def test_a_finished_lot_is_not_loaded_but_listed(store: Store) -> None:
    record(store, lot(1), sold(2))
    store.record([CursorRecord(SYMBOL, 21, 1000)])
    loaded = store.load_pair(SYMBOL)
    assert (loaded.lots, loaded.finished) == ((lot(1),), frozenset({sold(2).buy_order_id}))
    assert store.lots() == (sold(2), lot(1))
    assert store.lots(open_only=True) == (lot(1),)


def test_what_finished_lots_gave_for_manual_sales_is_loaded(store: Store) -> None:
    """What an open lot gave stands with it."""
    sale = Disposal(SYMBOL, 2, DisposalKind.SOLD_BY_HAND, 30, 77, D("0.1"), D(1), D(2), 1000)
    release = replace(sale, kind=DisposalKind.RELEASED, number=2000)
    record(
        store,
        replace(lot(1), disposals=(replace(sale, buy_order_id=1),)),
        replace(sold(2), disposals=(sale, release)),
    )
    store.record([CursorRecord(SYMBOL, 30, 1000)])
    assert store.load_pair(SYMBOL, with_dust=False).finished_disposals == (sale,)


@pytest.mark.parametrize(("cursor", "buy_ended"), [(None, True), (20, True), (21, False)])
def test_a_closed_lot_that_may_still_change_is_loaded_and_not_in_the_sums(
    store: Store, cursor: int | None, buy_ended: bool
) -> None:
    """A reconciliation from the cursor will read its last trade, 21, again, or its BUY may fill once more."""
    closed = replace(sold(2), buy_ended=buy_ended)
    record(store, closed)
    store.record([] if cursor is None else [CursorRecord(SYMBOL, cursor, 1000)])
    loaded = store.load_pair(SYMBOL)
    assert (loaded.lots, loaded.closed) == ((closed,), Totals())


@pytest.mark.parametrize(("cursor", "is_loaded"), [(30, True), (31, False)])
def test_a_closed_lot_with_a_manual_sale_is_loaded_while_the_sale_may_be_read_again(
    store: Store, cursor: int, is_loaded: bool
) -> None:
    sale = Disposal(SYMBOL, 2, DisposalKind.SOLD_BY_HAND, 31, 77, D("0.1"), D(1), D(2), 1000)
    closed = replace(sold(2), buy_ended=True, disposals=(sale,))
    record(store, closed)
    store.record([CursorRecord(SYMBOL, cursor, 1000)])
    assert store.load_pair(SYMBOL, with_dust=False).lots == ((closed,) if is_loaded else ())


def test_the_latest_lots_are_listed_first_up_to_the_limit(store: Store) -> None:
    for number in range(1, 6):
        record(store, lot(number))
    assert [known.buy_order_id for known in store.lots(limit=2)] == [5, 4]
    assert len(store.lots(limit=None)) == 5


def test_lots_of_one_symbol_only(store: Store) -> None:
    other = replace(lot(1), symbol="ETHUSDT", buys=(), orders=())
    record(store, lot(1), other)
    assert store.lots(symbol="ETHUSDT") == (other,)


def test_many_lots_keep_their_own_fills(store: Store) -> None:
    known = [lot(number) for number in range(1, 451)]
    record(store, *known)
    assert store.load_pair(SYMBOL).lots == tuple(known)


def test_closed_lots_with_dust_are_loaded_on_request(store: Store) -> None:
    record(store, sold(2), dusty(3))
    store.record([CursorRecord(SYMBOL, 31, 1000)])
    assert store.load_pair(SYMBOL, with_dust=False).lots == ()
    loaded = store.load_pair(SYMBOL)
    assert loaded.lots == (dusty(3),)
    assert loaded.closed.lots == 1  # the other one


def test_one_lot_by_its_id(store: Store) -> None:
    record(store, lot(7), sold(2))
    assert store.lot("BTCUSDT-2") == sold(2)
    assert store.lot("BTCUSDT-3") is None
    assert store.terms(SYMBOL) is None


def test_no_query_is_decompiled(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pony reads the byte code of generators and lambdas, which each new Python changes."""
    monkeypatch.setattr("pony.orm.core.decompile", None)
    record(store, lot(1), sold(2), dusty(3))
    store.record([CursorRecord(SYMBOL, 31, 1000)])
    assert store.load_pair(SYMBOL).lots == (lot(1), dusty(3))
    assert store.lots(symbol=SYMBOL, open_only=True, limit=1) == (lot(1),)
    assert store.lot("BTCUSDT-2") == sold(2)
    assert store.first_trade_ms(SYMBOL) == lot(1).buys[0].time_ms
    assert store.sell_rate(SYMBOL) is store.terms(SYMBOL) is None
