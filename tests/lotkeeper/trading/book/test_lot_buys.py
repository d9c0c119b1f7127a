from dataclasses import replace
from decimal import Decimal as D

from lotkeeper.trading.lots.states import LotState
from tests.lotkeeper.trading import make


def test_each_buy_order_is_a_lot():
    book = make.book()
    book.apply_fill(make.buy(1, 7))
    book.apply_fill(make.buy(2, 8))
    book.apply_fill(make.buy(3, 7))
    assert [len(book.lots[buy].buys) for buy in (7, 8)] == [2, 1]


def test_a_buy_that_fills_after_its_lot_closed_opens_it_again():
    book, _ = make.sold_out()
    lot = book.apply_fill(make.buy(9, quantity="0.5"))
    assert lot.state is LotState.OPEN
    assert make.decision(book.lots[7]).quantity == D("0.5")


def test_the_end_of_a_buy_counts_when_all_its_fills_are_here():
    """Its report may overtake them, and comes once."""
    book = make.book()
    book.apply_fill(make.buy(quantity="0.5"))
    assert book.apply_report(make.buy_report(status="NEW")) is None
    assert book.apply_report(make.buy_report(executed="1")) is None
    assert not book.lots[7].buy_ended
    assert book.apply_fill(make.buy(2, quantity="0.5")).buy_ended
    assert book.apply_report(make.buy_report(executed="1")) is None


def test_the_end_of_a_buy_may_come_before_its_first_fill():
    book = make.book()
    assert book.apply_report(make.buy_report(executed="1")) is None
    assert book.apply_fill(make.buy()).buy_ended


def test_a_buy_that_ends_with_nothing_is_no_lot():
    book = make.book()
    assert book.apply_report(make.buy_report(executed="0", status="CANCELED")) is None
    assert not book.lots


def test_a_buy_that_was_cancelled_has_ended_with_what_it_bought():
    book = make.book()
    book.apply_fill(make.buy(quantity="0.5"))
    report = replace(make.buy_report(executed="0.5", status="CANCELED"), quantity=D(1))
    assert book.apply_report(report).buy_ended
