"""BUYs of the account, from reports that come twice, late or never."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.orders.order import OrderReport
from persistence.history.database import HistoryDatabase
from persistence.history.orders import PastBuy, read_orders
from persistence.history.wanted import Wanted
from persistence.records import BuyRecord, OpenBuysRecord
from persistence.store import Store
from tests.lotkeeper.trading import make
from tests.persistence.lots import SYMBOL, buy, lot, record


def report(status: str, executed: str = "0", at: int = 0, **changes: object) -> OrderReport:
    found = make.buy_report(7, executed, status)
    return replace(found, quantity=D("0.5"), time_ms=make.NOW + at, created_ms=make.NOW, **changes)


def only(store: Store) -> PastBuy:
    with HistoryDatabase(store._engine) as database:
        (found,) = [each for each in read_orders(database, Wanted()) if isinstance(each, PastBuy)]
    return found


PLACED, PARTLY = report("NEW"), report("PARTIALLY_FILLED", "0.2", 5)
ENDED = report("CANCELED", "0.2", 9)


def test_a_buy_is_there_from_the_moment_at_which_it_is_placed(store: Store) -> None:
    store.record([BuyRecord(PLACED)])
    assert only(store) == PastBuy(SYMBOL, 7, "web_1", "LIMIT", D(100), D("0.5"), D(0), "NEW", make.NOW, make.NOW)


@pytest.mark.parametrize("late", [[], [PLACED], [PARTLY], [PARTLY, PLACED, ENDED]])
def test_late_copies_change_nothing(store: Store, late: list[OrderReport]) -> None:
    for each in (PLACED, PARTLY, ENDED, *late):
        store.record([BuyRecord(each)])
    found = only(store)
    assert (found.state, found.executed, found.updated_ms) == ("CANCELED", D("0.2"), make.NOW + 9)


def test_of_a_buy_that_was_not_reported_its_trades_tell(store: Store) -> None:
    known = lot(7, buys=(buy(7, 70, time_ms=make.NOW + 3),), orders=())
    record(store, known)
    store.count_lots(10)
    assert only(store) == PastBuy(
        SYMBOL, 7, "", "", D(0), D("0.5"), D("0.5"), "PARTIALLY_FILLED", make.NOW + 3, make.NOW + 3
    )
    record(store, replace(known, buy_ended=True))
    store.count_lots(10)
    assert only(store).state == "ENDED"
    store.record([BuyRecord(report("FILLED", "0.5", 4))])  # a late report tells more
    assert (only(store).state, only(store).client_id, only(store).price) == ("FILLED", "web_1", D(100))


def test_the_trades_complete_what_was_reported(store: Store) -> None:
    store.record([BuyRecord(PLACED)])
    record(store, lot(7, orders=(), buy_ended=True))
    store.count_lots(10)
    assert (only(store).state, only(store).executed) == ("FILLED", D("0.5"))


def test_what_does_not_stand_on_the_book_any_more_has_ended(store: Store) -> None:
    store.record([BuyRecord(PLACED)])
    store.record([OpenBuysRecord(SYMBOL, frozenset({7}))])
    assert only(store).state == "NEW"
    store.record([OpenBuysRecord("ETHUSDT", frozenset())])
    assert only(store).state == "NEW"
    store.record([OpenBuysRecord(SYMBOL, frozenset())])
    assert only(store).state == "ENDED"
    store.record([BuyRecord(ENDED)])  # a late report says how
    assert only(store).state == "CANCELED"


def test_adopted_coins_are_no_order(store: Store) -> None:
    record(store, lot(7, buys=(buy(7, -5),), orders=()))
    store.count_lots(10)
    with HistoryDatabase(store._engine) as database:
        assert read_orders(database, Wanted()) == []
