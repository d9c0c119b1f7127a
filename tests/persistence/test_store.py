"""The store as a whole: transactions, the lease, durability."""

from decimal import Decimal as D

import pytest

from lotkeeper.trading.fee_reserve.reserve import FeesPaid
from lotkeeper.trading.reports.profit import Totals
from persistence.errors import OvertakenError
from persistence.records import (
    FillRecord,
    StateRecord,
    lot_record,
)
from persistence.store import Store
from tests.persistence.lots import SYMBOL, buy, lot, record


def test_a_pair_that_was_never_seen_is_empty(store: Store) -> None:
    loaded = store.load_pair(SYMBOL)
    assert (loaded.lots, loaded.cursor, loaded.closed) == ((), None, Totals())


def test_all_entries_are_written_or_none(store: Store) -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        store.record([lot_record(lot()), FillRecord(None, buy(price=D("NaN")))])
    assert store.lots() == ()
    record(store, lot())
    assert store.lots() == (lot(),)


def test_nothing_to_record_is_no_error(store: Store) -> None:
    store.record([])
    assert store.lots() == ()


def test_another_store_sees_what_is_committed(store: Store, database: str) -> None:
    record(store, lot())
    other = Store.open(database)
    assert other.lots() == (lot(),)
    other.close()


def test_each_lease_is_newer_and_the_older_one_cannot_write(store: Store) -> None:
    first, second = store.take_lease(), store.take_lease()
    assert (first, second) == (1, 2)
    store.record([StateRecord("a", "1")], second)
    with pytest.raises(OvertakenError, match=r"lease 2, ours is 1"):
        store.record([StateRecord("a", "2")], first)
    with pytest.raises(OvertakenError):
        store.check_lease(first)
    store.check_lease(second)
    assert store.state("a") == "1"


def test_what_recorded_trades_paid_in_an_asset_lately(store: Store) -> None:
    assert store.fees_paid("BNB", 0) == FeesPaid()
    paid = [
        buy(7, 1, commission=D("0.1"), commission_asset="BNB", time_ms=1000),
        buy(7, 2, commission=D("0.02"), commission_asset="BNB", time_ms=2000),
        buy(7, 3, commission=D("0.005"), commission_asset="BTC", time_ms=4000),
        buy(7, 4, commission=D("0.003"), commission_asset="BNB", time_ms=3000),
        buy(7, -1, commission=D(0), commission_asset="USDT", time_ms=9000),  # adopted coins
    ]
    record(store, lot(7, buys=tuple(paid), orders=()))
    assert store.fees_paid("BNB", 2000) == FeesPaid(D("0.023"), 2000, "BTC")
    assert store.fees_paid("BNB", 5000) == FeesPaid(D(0), None, "BTC")
