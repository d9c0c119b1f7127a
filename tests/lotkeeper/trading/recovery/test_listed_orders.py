from dataclasses import replace

import pytest

from lotkeeper.trading.recovery.listed_orders import ListedOrders
from lotkeeper.trading.recovery.questions import OrderByClientId, OrderById
from tests.lotkeeper.trading import make


@pytest.fixture
def listed():
    return ListedOrders()


@pytest.fixture
def book():
    """A lot whose SELL was sent, and not yet answered."""
    book = make.book()
    book.apply_fill(make.buy())
    make.place(book)
    return book


def asked(listed, book):
    return list(listed.questions_about_others(book))


def sell(book):
    return book.lots[7].orders[0]


def test_a_sell_without_an_order_id_is_asked_about_by_its_name_until_it_is_shown(listed, book):
    assert asked(listed, book) == [OrderByClientId(sell(book).client_id)]
    listed.note(make.sell_report(sell(book), 70))
    assert asked(listed, book) == []


def test_one_with_an_order_id_is_asked_about_by_that(listed, book):
    """Cancelled by hand, it has another client order id."""
    book.apply_report(make.sell_report(sell(book), 70))
    listed.note(replace(make.sell_report(sell(book), 71), client_id=sell(book).client_id))  # another of its name
    assert asked(listed, book) == [OrderById(70)]
    listed.note(make.sell_report(sell(book), 70))
    assert asked(listed, book) == []


def test_what_has_ended_is_not_asked_about(listed, book):
    book.apply_report(make.sell_report(sell(book), 70, "CANCELED"), is_certain=True)
    assert asked(listed, book) == []


def test_a_buy_in_an_order_list_is_asked_about_with_the_sells_of_the_list_that_were_not_shown(listed):
    book = make.book()
    book.apply_fill(replace(make.buy(), list_id=5))
    book.apply_report(replace(make.buy_report(), list_id=5))
    for order_id in (92, 91):
        book.order_lists.note_sell(in_list(order_id))
    listed.note(in_list(92))
    assert asked(listed, book) == [OrderById(7), OrderById(91)]


def in_list(order_id):
    """An open SELL of the trader's order list."""
    book = make.book()
    book.apply_fill(make.buy())
    report = make.sell_report(make.place(book), order_id)
    return replace(report, client_id=f"web_{order_id}", list_id=5)


@pytest.mark.parametrize(("status", "has_ended"), [("FILLED", True), ("NEW", False)])
def test_buys_that_have_ended_are_known(listed, status, has_ended):
    listed.note(make.buy_report(status=status))
    assert listed.ended_buys == ({7} if has_ended else set())


def test_a_sell_that_has_ended_is_no_buy(listed, book):
    listed.note(make.sell_report(sell(book), 70, "CANCELED"))
    assert listed.ended_buys == set()
