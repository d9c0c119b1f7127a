"""Rows of the list of trades that cannot be read."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.lots.states import HoldReason
from lotkeeper.trading.orders.client_ids import SellName, client_order_id
from lotkeeper.trading.orders.fills import Side, UnreadableTrade
from lotkeeper.trading.orders.states import ImpossibleError
from lotkeeper.trading.recovery import reconcile
from lotkeeper.trading.recovery.reconcile import Reconciliation
from lotkeeper.trading.recovery.unreadable import MOST, UnreadableTrades
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.exchange import Exchange, bought

ROW = UnreadableTrade(42, 7, make.NOW, "price should be a decimal number")


def noted(*rows: UnreadableTrade, book=None, after: int = 30) -> UnreadableTrades:
    found = UnreadableTrades()
    found.note(book or make.book(), rows, after)
    return found


def test_it_is_told_once_and_stands():
    found, book = UnreadableTrades(), make.book()
    for _ in range(3):
        found.note(book, [ROW], 30)
    assert (found.take_new(), found.take_new()) == ([ROW], [])
    assert found.sentence.startswith("trade 42 of order 7 cannot be read: price should be a decimal number; ")
    found.note(book, [replace(ROW, trade_id=43)], 30)
    assert found.sentence.startswith("trade 42 of order 7 and 1 more cannot be read")
    assert UnreadableTrades().sentence == ""


@pytest.mark.parametrize(("row", "cursor"), [(ROW, 41), (replace(ROW, trade_id=None), 30)])
def test_the_recorded_cursor_stays_before_it(row, cursor):
    assert noted(row).safe_cursor(100) == cursor
    assert noted(row).safe_cursor(20) == 20
    assert noted().safe_cursor(100) == 100


def test_one_whose_fill_is_known_is_no_trouble():
    book = make.book()
    fill = make.buy()
    book.apply_fill(fill)
    known = UnreadableTrade(fill.trade_id, fill.order_id, fill.time_ms, "a price")
    assert noted(known, book=book).sentence == ""
    later = noted(replace(known, trade_id=fill.trade_id + 1), book=book)
    assert later.orders == {fill.order_id}
    book.apply_fill(replace(fill, trade_id=fill.trade_id + 1))
    later.settle(book)
    assert (later.sentence, later.orders, later.safe_cursor(99)) == ("", frozenset(), 99)


def test_one_from_before_the_history_or_of_a_finished_lot_or_seen_before_is_no_trouble():
    book, found = make.book(), UnreadableTrades()
    found.note(book, [ROW], 30, begins_ms=make.NOW + 1)
    found.note(book, [replace(ROW, trade_id=43)], 30, seen={43})
    assert found.sentence == ""
    book.lots.note_archived([7])
    assert noted(ROW, book=book).sentence == ""


def test_too_many_are_no_single_rows():
    rows = [replace(ROW, trade_id=number) for number in range(MOST + 1)]
    assert noted(*rows[:MOST]).sentence
    with pytest.raises(ImpossibleError, match="51 trades cannot be read, the first is trade"):
        noted(*rows)


def test_a_full_page_with_such_a_row_is_followed_by_the_next(monkeypatch):
    monkeypatch.setattr(reconcile, "PAGE", 10)
    exchange = Exchange()
    buys = [bought(exchange, ("1", "100")) for _ in range(25)]
    exchange.damaged = {exchange.trades[number].trade_id for number in (3, 9)}
    book = make.book()
    current = Reconciliation(book, 0, make.NOW)
    exchange.drive(current)
    assert set(book.lots) == {buy for number, buy in enumerate(buys) if number not in (3, 9)}
    assert current.cursor == exchange.trades[-1].trade_id
    assert current.unreadable.orders == {buys[3], buys[9]}


def test_a_first_start_that_can_read_no_trade_ends_too(monkeypatch):
    monkeypatch.setattr(reconcile, "NEWEST", 3)
    exchange = Exchange()
    for _ in range(5):
        bought(exchange, ("1", "100"))
    exchange.damaged = {each.trade_id for each in exchange.trades}
    book = make.book(history_from_ms=exchange.trades[-1].time_ms + 1)
    current = Reconciliation(book, None, make.NOW)
    exchange.drive(current)
    assert (current.unreadable.sentence, book.lots) == ("", {})


def lost_lot() -> tuple[Exchange, int]:
    """A lot of three coins in a lost database: one SELL of one coin is filled, another stands."""
    exchange = Exchange()
    buy = bought(exchange, ("3", "100"))
    for generation in (1, 2):
        exchange.order(Side.SELL, "1", "120", client_order_id(SellName(buy, generation)))
    exchange.fill(min(exchange.open_sells()), D(1))
    return exchange, buy


def test_a_sell_of_a_lost_lot_counts_as_its_order_says():
    exchange, buy = lost_lot()
    exchange.damaged = {exchange.trades[-1].trade_id}
    bought(exchange, ("1", "100"))
    book = make.book(history_from_ms=exchange.trades[-1].time_ms + 1)
    current = Reconciliation(book, None, make.NOW + 10_000)
    exchange.drive(current)
    lot = book.lots[buy]
    assert (lot.sold, lot.open_quantity, lot.remainder, lot.hold) == (1, 1, 1, None)
    assert current.unreadable.sentence == ""


def test_a_lost_lot_waits_for_a_person_if_it_may_have_sold_what_cannot_be_read():
    exchange, buy = lost_lot()
    exchange.damaged, exchange.has_lost_numbers = {exchange.trades[-1].trade_id}, True
    book = make.book(history_from_ms=exchange.trades[-1].time_ms + 1)
    exchange.drive(Reconciliation(book, None, make.NOW + 10_000))
    lot = book.lots[buy]
    assert lot.hold is HoldReason.PERHAPS_SOLD
    assert "trade ? of order ? cannot be read, and may have sold it" in lot.reason
