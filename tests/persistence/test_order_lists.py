"""Order lists of the exchange with their orders, and the exits that it holds of each lot."""

from contextlib import closing
from dataclasses import replace
from decimal import Decimal as D
from itertools import permutations
from typing import Any

import pytest

from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.orders.stop_leg import StopLeg, StopPrices
from lotkeeper.trading.orders.trails import Trail
from persistence.engines.choice import engine_of
from persistence.history.database import HistoryDatabase
from persistence.records import BuyRecord, OrderRecord
from persistence.store import Store
from tests.lotkeeper.trading import make
from tests.persistence.lots import SYMBOL, lot, order, record

PRICES = StopPrices(D(60000), D("59400.5"))
SENT = order(state=OrderState.PLACING, order_id=None, profit=D(9), stop=StopLeg(PRICES), updated_ms=1)
PLACED = order(profit=D(9), stop=StopLeg(PRICES, 9, list_id=5), updated_ms=2)
TRIGGERED = replace(PLACED, stop=StopLeg(PRICES, 9, target_has_ended=True, list_id=5), updated_ms=3)


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    with HistoryDatabase.open(url) as database:
        return [tuple(each) for each in database.rows(query)]


def write(store: Store, *orders: SellOrder) -> None:
    store.record([OrderRecord(f"{SYMBOL}-{each.name.buy_order_id}", each) for each in orders])


LISTS = (
    "SELECT list_id, kind, lot_id, generation, target_order_id, stop_order_id, stop_kind, trigger_price, limit_price "
    "FROM order_lists ORDER BY list_id"
)
EXITS = (
    "SELECT kind, trigger_price, limit_price, order_id, list_id FROM exits ORDER BY lot_id, generation, trigger_price"
)


def test_a_sell_with_its_stop_is_a_list_once_the_exchange_has_named_it(store: Store, database: str) -> None:
    write(store, SENT)
    assert rows(database, LISTS) == []
    write(store, PLACED)
    row = (5, "SELL_AND_STOP", f"{SYMBOL}-7", 1, 8, 9, "STOP_LOSS", "60000", "59400.5")
    assert rows(database, LISTS) == [row]


def test_a_restart_knows_the_list(store: Store) -> None:
    record(store, lot(7, orders=(PLACED,)))
    found = store.lot(f"{SYMBOL}-7")
    assert found is not None
    assert found.orders[0].stop is not None
    assert found.orders[0].stop.list_id == 5


@pytest.mark.parametrize("copies", list(permutations((SENT, PLACED, TRIGGERED))))
def test_late_copies_change_nothing(store: Store, database: str, copies: tuple[SellOrder, ...]) -> None:
    write(store, *copies)
    write(store, *copies)
    assert [bool(row[0]) for row in rows(database, "SELECT target_ended FROM order_lists")] == [True]
    assert rows(database, EXITS) == [("STOP_LOSS", "60000", "59400.5", 9, 5)]


def test_the_list_of_a_buy(store: Store, database: str) -> None:
    store.record([BuyRecord(make.buy_report()), BuyRecord(replace(make.buy_report(), order_id=8, list_id=6))])
    assert rows(database, LISTS) == [(6, "BUY_AND_SELLS", f"{SYMBOL}-8", None, None, None, None, None, None)]
    assert rows(database, EXITS) == []


def test_each_exit_that_the_exchange_holds(store: Store, database: str) -> None:
    write(
        store,
        PLACED,
        order(9, profit=D(1), trail=Trail(150, D("70100"))),
        order(11),
        order(13, name=SellName(13, 1, is_instructed=True), profit=D(1)),
        order(15, profit=D(1), state=OrderState.FILLED),
    )
    assert sorted(rows(database, EXITS)) == [
        ("FOUND", "70000", "70000", 8, None),
        ("INSTRUCTION", "70000", "70000", 8, None),
        ("STOP_LOSS", "60000", "59400.5", 9, 5),
        ("TARGET", "70000", "70000", 8, 5),
        ("TRAILING", "70100", "70000", 8, None),
    ]


def test_a_stop_at_break_even(store: Store, database: str) -> None:
    prices = StopPrices(D("64200"), D("64200"))
    write(store, replace(PLACED, stop=StopLeg(prices, 9, list_id=5), sell_rate=D("0.001")))
    assert rows(database, "SELECT stop_kind FROM order_lists") == [("BREAK_EVEN",)]


def test_a_view_that_is_missing_is_made_again(store: Store, database: str) -> None:
    store.close()
    engine = engine_of(database)
    with engine.own_errors(), closing(engine.connect()) as connection, connection:
        connection.cursor().execute("DROP VIEW exits")
    Store.open(database).close()
    assert rows(database, EXITS) == []
