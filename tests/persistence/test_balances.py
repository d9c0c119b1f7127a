"""The account's balances, which come late, twice, or as a whole."""

from decimal import Decimal as D
from itertools import permutations

import pytest

from lotkeeper.trading.balances import BalanceSeen
from persistence.balances import balance_of
from persistence.history.database import HistoryDatabase
from persistence.records import BalanceRecord, OtherBalancesRecord
from persistence.store import Store

FIRST = BalanceSeen("BTC", D(1), D(0), 5)
SECOND = BalanceSeen("BTC", D("0.5"), D("0.5"), 6)
THIRD = BalanceSeen("BTC", D("12345678901234567890.123456789012345678"), D("0.00000001"), 7)


def show(store: Store, *balances: BalanceSeen, seen_ms: int = 9) -> None:
    store.record([BalanceRecord(each, seen_ms) for each in balances])


def all_of(url: str) -> list[BalanceSeen]:
    with HistoryDatabase.open(url) as database:
        return [balance_of(row) for row in database.rows("SELECT * FROM balances ORDER BY asset")]


@pytest.mark.parametrize("order", list(permutations((FIRST, SECOND, THIRD))))
def test_the_newest_stays_to_the_last_digit(store: Store, database: str, order: tuple[BalanceSeen, ...]) -> None:
    for each in order:
        show(store, each)
    show(store, *order)
    assert all_of(database) == [THIRD]


def test_what_an_answer_about_the_account_did_not_name_is_not_there_any_more(store: Store, database: str) -> None:
    later = BalanceSeen("BNB", D(3), D(0), 9)
    show(store, FIRST, BalanceSeen("ETH", D(2), D(0), 8), later)
    store.record([OtherBalancesRecord(8, 10)])
    assert all_of(database) == [later, BalanceSeen("BTC", D(0), D(0), 8), BalanceSeen("ETH", D(2), D(0), 8)]


def test_it_is_known_when_it_was_shown_last(store: Store, database: str) -> None:
    show(store, FIRST)
    show(store, FIRST, seen_ms=12)
    with HistoryDatabase.open(database) as opened:
        assert [row.seen_ms for row in opened.rows("SELECT seen_ms FROM balances")] == [12]
