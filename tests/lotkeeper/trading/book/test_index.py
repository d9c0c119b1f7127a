from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.book.index import Index
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.states import OrderState
from tests.lotkeeper.trading import make


@pytest.fixture
def lot():
    book, _ = make.selling(quantity="1")
    return book.lots[7]


def with_state(lot, state):
    return replace(lot, orders=(replace(lot.orders[0], state=state),))


@pytest.mark.parametrize("state", OrderState)
def test_it_counts_what_takes_an_order_slot(lot, state):
    index = Index()
    index.keep(with_state(lot, state))
    ended = (OrderState.FILLED, OrderState.CANCELED, OrderState.EXPIRED, OrderState.REFUSED)
    assert index.live_sells == int(state not in ended)
    assert index.canceling == int(state is OrderState.CANCELING)
    assert index.lot_of_order == {70: 7}


def test_the_newest_of_a_lot_replaces_what_was_there(lot):
    index = Index()
    for _ in range(3):
        index.keep(lot)
    assert index.live_sells == 1
    index.keep(with_state(lot, OrderState.CANCELED))
    assert index.live_sells == 0
    assert index.lot_of_order == {70: 7}  # late news of it still find their lot


def test_rests_are_those_that_are_certain(lot):
    index = Index()
    thin = replace(lot, orders=(replace(lot.orders[0], quantity=D("0.9")),))
    index.keep(thin)
    assert index.rests == {}  # the BUY goes on
    index.keep(replace(thin, buy_ended=True))
    assert index.rests == {7: D("0.1")}
    index.keep(replace(thin, buy_ended=True, state=LotState.HELD))
    assert index.rests == {}


def test_deficits_come_and_go(lot):
    index = Index()
    index.keep(replace(lot, buys=()))
    assert index.deficits == {7}
    index.keep(lot)
    assert index.deficits == set()


def test_a_lot_that_left_counts_no_more_but_its_sells_are_still_known(lot):
    index = Index()
    index.keep(replace(lot, buys=()))
    index.queue[7] = D(100)
    index.drop(7)
    assert (index.live_sells, index.canceling, index.rests, index.deficits, index.queue) == (0, 0, {}, set(), {})
    assert index.lot_of_order == {70: 7}
    index.drop(7)  # and twice
