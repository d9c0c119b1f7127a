from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.lots.states import HoldReason
from lotkeeper.trading.orders.states import OrderState
from tests.lotkeeper.trading import make


def in_flight():
    """A SELL was sent; an earlier keeper had cancelled one of the same name, of which nothing is known here."""
    book = make.book()
    book.apply_fill(make.buy())
    order = make.place(book)
    return book, make.sell_report(order, 60, "CANCELED"), make.sell_report(order, 70)


def test_the_late_end_of_an_earlier_order_of_the_same_name_frees_no_coins():
    book, earlier_end, _ = in_flight()
    assert book.apply_report(earlier_end) is None
    assert (book.lots[7].orders[0].state, book.lots[7].remainder) == (OrderState.PLACING, 0)


def test_the_reply_says_which_of_the_two_is_ours():
    book, earlier_end, ours = in_flight()
    book.apply_report(earlier_end)
    book.apply_report(ours, is_certain=True)
    book.apply_report(earlier_end)
    assert [(each.order_id, each.state) for each in book.lots[7].orders] == [(70, OrderState.OPEN)]


def test_an_end_that_comes_before_the_reply_counts_when_the_reply_shows_that_it_is_ours():
    book, _, ours = in_flight()
    assert book.apply_report(replace(ours, status="EXPIRED")) is None
    book.apply_report(ours, is_certain=True)
    assert [(each.order_id, each.state) for each in book.lots[7].orders] == [(70, OrderState.EXPIRED)]


def test_an_end_that_is_certain_counts_at_once():
    book, _, ours = in_flight()
    book.apply_report(replace(ours, status="EXPIRED"), is_certain=True)
    assert book.lots[7].orders[0].state is OrderState.EXPIRED


def test_an_end_with_something_sold_counts_at_once():
    """What sold something is found by its trades before anything is decided, so no name of it is used again."""
    book, _, ours = in_flight()
    book.apply_report(replace(ours, status="CANCELED", executed=D("0.5")))
    assert book.lots[7].orders[0].state is OrderState.CANCELED


@pytest.mark.parametrize("price", ["100.11", "101.5"])
def test_the_late_news_that_an_earlier_order_of_the_same_name_stands_frees_no_coins(price):
    """Ours is on the exchange with all of its quantity, and the rest would be offered a second time."""
    book, _, ours = in_flight()
    book.apply_report(replace(ours, order_id=60, quantity=D("0.6"), price=D(price)))
    assert book.lots[7].remainder == 0
    book.apply_report(ours, is_certain=True)
    assert [(each.order_id, each.quantity) for each in book.lots[7].orders] == [(70, 1)]


def test_our_sell_that_was_made_smaller_before_its_reply_is_smaller_when_the_reply_shows_that_it_is_ours():
    book, _, ours = in_flight()
    for report in (replace(ours, quantity=D("0.6")), replace(ours, status="CANCELED", quantity=D("0.6"))):
        assert book.apply_report(report) is None
    lot = book.apply_report(ours, is_certain=True)
    assert [(each.state, each.quantity) for each in lot.orders] == [(OrderState.CANCELED, D("0.6"))]
    assert lot.hold is HoldReason.CANCELLED_BY_HAND


def test_that_a_smaller_order_stands_counts_at_once_when_ours_cannot_arrive_any_more():
    book, _, ours = in_flight()
    book.apply_report(replace(ours, order_id=60, quantity=D("0.6")), is_certain=True)
    assert [(each.order_id, each.quantity) for each in book.lots[7].orders] == [(60, D("0.6"))]
