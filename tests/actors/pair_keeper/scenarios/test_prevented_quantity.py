"""Self-trade prevention (DECREMENT, TRANSFER) makes a SELL of ours smaller, which stands on: the rest gets a SELL."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.lots.states import LotState
from messages.account import OrderReported
from messages.orders import PlaceSellOrder
from tests.actors.stage import BUY_ID, Stage, starting_keeper, trading_keeper


@pytest.fixture
def stage():
    """A SELL of 0.01 stands on the book."""
    found = trading_keeper()
    found.buys("0.01", executed="0.01")
    found.desk.tell(found.accepts(found.order()), found.gateway)
    return found


def prevented(stage: Stage, quantity: str, executed: str = "0", order_id: int = 9001) -> OrderReported:
    """The trader's own BUY met the SELL, and both became smaller; the event, not told yet."""
    known = stage.memory.orders[order_id]
    status = "PARTIALLY_FILLED" if D(executed) else "NEW"
    stage.memory.keep(replace(known, prevented=D(quantity), executed=D(executed), status=status))
    return OrderReported(stage.memory.orders[order_id], None)


def covered(stage: Stage) -> list[D]:
    return [order.open_quantity for order in stage.book.lots[BUY_ID].orders]


def test_what_the_sell_does_not_cover_any_more_gets_a_sell_at_once(stage):
    stage.desk.tell(prevented(stage, "0.003"))
    order = stage.order()
    assert (order.client_id, order.quantity) == ("lk1-5eh-2", D("0.003"))
    assert covered(stage) == [D("0.007"), D("0.003")]
    assert stage.book.lots[BUY_ID].state is LotState.SELLING  # and not held: no person made it smaller


def test_more_of_it_and_late_copies(stage):
    first = prevented(stage, "0.003")
    second = prevented(stage, "0.005")
    stage.desk.tell(first)
    stage.desk.tell(stage.accepts(stage.order(), 9002), stage.gateway)
    for each in (second, first, second):
        stage.desk.tell(each)
    assert covered(stage) == [D("0.005"), D("0.003"), D("0.002")]


def test_a_comparison_finds_it_too(stage):
    prevented(stage, "0.003")
    stage.compared()
    assert stage.order().quantity == D("0.003")


def test_it_is_filled_when_what_is_left_of_it_is_sold(stage):
    stage.desk.tell(prevented(stage, "0.003"))
    stage.desk.tell(stage.accepts(stage.order(), 9002), stage.gateway)
    for order_id, quantity, trade_id in ((9001, "0.007", 501), (9002, "0.003", 502)):
        stage.desk.tell(stage.sold(order_id, trade_id, quantity))
    assert stage.book.lots[BUY_ID].state is LotState.CLOSED
    stage.gateway.nothing(PlaceSellOrder)


def test_a_person_who_makes_it_smaller_as_well_is_noticed(stage):
    stage.desk.tell(prevented(stage, "0.003"))
    stage.desk.tell(stage.accepts(stage.order(), 9002), stage.gateway)
    known = stage.memory.orders[9001]
    stage.desk.tell(OrderReported(replace(known, quantity=D("0.008")), None))
    assert stage.book.lots[BUY_ID].state is LotState.HELD
    stage.gateway.nothing(PlaceSellOrder)


def test_after_a_restart_it_is_known_as_small_as_it_is(stage):
    stage.desk.tell(prevented(stage, "0.003"))
    stage.desk.tell(stage.accepts(stage.order(), 9002), stage.gateway)
    later = starting_keeper(incarnation=2)
    later.memory = stage.memory
    recorded = replace(
        stage.written(), orders=tuple(replace(order, prevented=D(0)) for order in stage.written().orders)
    )  # as the database has it
    later.loaded(recorded)
    later.market()
    later.answers()
    later.gateway.nothing(PlaceSellOrder)
    assert covered(later) == [D("0.007"), D("0.003")]
    assert later.book.lots[BUY_ID].state is LotState.SELLING
