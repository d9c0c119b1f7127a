from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.book.index import BookIndex
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.states import LIVE, OrderState
from tests.lotkeeper.trading import make


@pytest.fixture
def lot():
    book, _ = make.selling(quantity="1")
    return book.lots[7]


def with_state(lot, state):
    return replace(lot, orders=(replace(lot.orders[0], state=state),))


@pytest.mark.parametrize("state", OrderState)
def test_it_counts_what_takes_an_order_slot(lot, state):
    index = BookIndex()
    index.update_lot(with_state(lot, state))
    assert index.live_sells == int(state in LIVE)
    assert index.canceling == int(state is OrderState.CANCELING)
    assert index.lot_of_order == {70: 7}


def test_the_newest_of_a_lot_replaces_what_was_there(lot):
    index = BookIndex()
    for _ in range(3):
        index.update_lot(lot)
    assert index.live_sells == 1
    index.update_lot(with_state(lot, OrderState.CANCELED))
    assert index.live_sells == 0
    assert index.lot_of_order == {70: 7}  # late news of it still find their lot


def test_rests_are_those_that_are_certain(lot):
    index = BookIndex()
    thin = replace(lot, orders=(replace(lot.orders[0], quantity=D("0.9")),))
    index.update_lot(thin)
    assert index.remainders == {}  # the BUY goes on
    index.update_lot(replace(thin, buy_ended=True))
    assert index.remainders == {7: D("0.1")}
    index.update_lot(replace(thin, buy_ended=True, state=LotState.HELD))
    assert index.remainders == {}


def test_deficits_come_and_go(lot):
    index = BookIndex()
    index.update_lot(replace(lot, buys=()))
    assert index.deficits == {7}
    index.update_lot(lot)
    assert index.deficits == set()


def test_a_lot_that_left_counts_no_more_but_its_sells_are_still_known(lot):
    index = BookIndex()
    index.update_lot(replace(lot, buys=()))
    index.add_to_queue(7, D(100))
    index.remove_lot(7)
    assert (index.live_sells, index.canceling, index.remainders, index.deficits) == (0, 0, {}, set())
    assert (len(index.queue), len(index.on_book)) == (0, 0)
    assert index.lot_of_order == {70: 7}
    index.remove_lot(7)  # and twice
