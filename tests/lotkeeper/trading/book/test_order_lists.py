"""Which lots belong to an order list of the trader, and which SELLs of it are open."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.lots.states import HoldReason, LotState
from lotkeeper.trading.selling.decisions import Wait
from tests.lotkeeper.trading import make

LIST = 12


@pytest.fixture
def book():
    """A lot that belongs to a list; its BUY has ended."""
    found = make.book()
    found.apply_fill(replace(make.buy(), list_id=LIST))
    found.apply_report(replace(make.buy_report(), list_id=LIST))
    return found


def sell(order_id: int, status: str):
    report = make.named_report(7, 1, order_id, "1", "101", status)
    return replace(report, client_id=f"web_{order_id}", list_id=LIST)


def test_the_lot_is_held_and_nothing_is_decided_for_it(book):
    assert (book.lots[7].state, book.lots[7].hold) == (LotState.HELD, HoldReason.ORDER_LIST)
    assert isinstance(make.decision(book.lots[7]), Wait)
    assert book.order_lists.lots_without_sells() == {7}


def test_open_sells_of_the_list_are_known_until_they_end(book):
    for status in ("PENDING_NEW", "NEW"):
        book.apply_report(sell(91, status))
        assert book.order_lists.sells_of(7) == [91]
    book.apply_report(sell(91, "EXPIRED"))
    assert book.order_lists.sells_of(7) == []


def test_only_what_is_proven_is_freed(book):
    assert book.order_lists.free(frozenset()) == []
    (freed,) = book.order_lists.free({7})
    assert (freed.state, freed.hold) == (LotState.OPEN, None)
    book.apply_report(replace(make.buy_report(), list_id=LIST))  # a late copy
    assert book.lots[7].hold is None


def test_a_pending_sell_that_ends_with_its_buy_was_not_cancelled_by_hand(book):
    book.apply_report(sell(91, "PENDING_NEW"))
    book.apply_report(sell(91, "CANCELED"))
    (freed,) = book.order_lists.free({7})
    assert freed.hold is None


def test_lists_of_no_lot_leave_nothing_behind(book):
    for status in ("NEW", "CANCELED"):
        book.apply_report(replace(sell(92, status), list_id=99))
    book.apply_report(replace(make.buy_report(), order_id=8, list_id=98, executed=D(0)))
    book.order_lists.free(frozenset())
    assert (book.order_lists._sells, list(book.order_lists._list_of)) == ({}, [7])


def test_which_lot_the_sells_of_a_list_sell(book):
    assert book.order_lists.lot_sold_by(LIST) == 7
    assert book.order_lists.lot_sold_by(99) is None
    assert book.order_lists.lot_sold_by(None) is None
