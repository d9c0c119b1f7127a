"""BUYs since a date are adopted: found by trade id alone, each once, less what was sold since."""

from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.recovery import reconcile
from lotkeeper.trading.recovery.questions import OlderTrades
from lotkeeper.trading.recovery.reconcile import Reconciliation
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.exchange import Exchange, agree, bought, placed, run

DAY = 86_400_000


def years(*days: int) -> tuple[Exchange, list[int]]:
    """A BUY of 1 on each of these days, among the many trades of others."""
    exchange, buys = Exchange(), []
    for day in days:
        exchange.now_ms = make.NOW + day * DAY
        exchange._last_trade += 3_000_000
        buys.append(bought(exchange, ("1", "100")))
    return exchange, buys


def started(exchange: Exchange, since: int, cursor: int | None = None, book=None):
    book = book or make.book()
    book.set_cursor(cursor)
    current = Reconciliation(book, cursor, make.NOW + 9_999 * DAY, since_ms=make.NOW + since * DAY)
    asked = exchange.drive(current, most=2_000)
    book.set_cursor(current.cursor)
    return current, book, asked


@pytest.mark.parametrize("since", [0, 5, 400, 401, 800, 1200])
def test_a_first_start_adopts_the_buys_since_a_date(since):
    days = (0, 400, 400, 800)
    exchange, buys = years(*days)
    _, book, _ = started(exchange, since)
    assert sorted(book.lots) == [buy for buy, day in zip(buys, days, strict=True) if day >= since]
    assert not book.lots.being_read()
    agree(exchange, book)


def test_nothing_is_asked_for_by_time_and_few_pages_are_read():
    exchange, _ = years(*range(0, 2000, 100))
    _, book, asked = started(exchange, 1500)
    assert len(book.lots) == 5
    assert asked < 40


def test_what_was_sold_by_hand_since_is_no_more_in_the_lots():
    exchange, buys = years(0, 400, 800)
    exchange.now_ms += DAY
    exchange.fill(exchange.order(Side.SELL, "1.5", "120", "web").order_id, D("1.5"))
    _, book, _ = started(exchange, 300)
    assert [book.lots[buy].remainder for buy in buys[1:]] == [0, D("0.5")]


def test_a_sell_of_ours_from_a_life_before_is_found_too():
    exchange, buys = years(0, 400)
    old = make.book()
    for fill in exchange.trades:
        old.apply_fill(fill)
    sell = placed(exchange, old, buys[1])
    exchange.fill(sell, D("0.4"))
    _, book, _ = started(exchange, 300)
    agree(exchange, book)
    assert book.lots[buys[1]].open_quantity == D("0.6")


def test_adopted_twice_changes_nothing():
    exchange, _ = years(0, 400)
    current, book, _ = started(exchange, 0)
    lots = dict(book.lots)
    started(exchange, 0, current.cursor, book)
    assert book.lots == lots


@settings(max_examples=30, deadline=None)
@given(days=st.lists(st.integers(0, 50), min_size=1, max_size=25), since=st.integers(0, 51), size=st.integers(2, 5))
def test_whatever_the_pages_each_buy_since_is_adopted_and_no_other(days, since, size):
    page, reconcile.PAGE = reconcile.PAGE, size
    try:
        exchange, buys = years(*sorted(days))
        _, book, _ = started(exchange, since)
    finally:
        reconcile.PAGE = page
    assert sorted(book.lots) == [buy for buy, day in zip(buys, sorted(days), strict=True) if day >= since]


def test_a_date_in_the_future_adopts_nothing():
    exchange, _ = years(0, 400)
    _, book, _ = started(exchange, 9_000)
    assert book.lots == {}


def test_only_those_that_are_named_become_lots():
    exchange, book = Exchange(), PairBook(make.SYMBOL, make.BASE, make.QUOTE, adopts_all_buys=False)
    run(exchange, book)
    named, other = bought(exchange, ("1", "100")), bought(exchange, ("2", "90"))
    book.request_rebuild(named)
    run(exchange, book, 0)
    assert list(book.lots) == [named]
    assert book.lots[named].received == 1
    assert other not in book.buys_to_rebuild


def test_a_question_for_older_trades_is_another_than_one_for_new_ones():
    """The same page may be wanted for both, and each answer has its own use."""
    assert OlderTrades(7) != OlderTrades(7, is_found=True)
