"""A BUY that smart order routing fills: by allocations, which no list of trades has."""

from dataclasses import replace
from decimal import Decimal as D

from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.fills import fill_id_of_allocation
from messages.account import BalanceMoved, OrderReported
from messages.orders import PlaceSellOrder
from tests.actors.stage import BUY_ID, Stage, starting_keeper, trading_keeper


def allocated(stage: Stage, quantity: str, allocation_id: int, executed: str, status: str) -> OrderReported:
    """The exchange knows the order, and none of its fills as a trade; the event, not told yet."""
    event = stage.bought(quantity, trade_id=900 + allocation_id, executed=executed, status=status)
    del stage.memory.fills[900 + allocation_id]
    assert event.fill is not None
    return OrderReported(event.report, replace(event.fill, trade_id=fill_id_of_allocation(allocation_id)))


def bought(stage: Stage) -> list[OrderReported]:
    return [
        allocated(stage, "0.004", 0, "0.004", "PARTIALLY_FILLED"),
        allocated(stage, "0.006", 1, "0.01", "FILLED"),
    ]


def test_it_is_a_lot_and_gets_its_sells():
    stage = trading_keeper()
    for event in bought(stage):
        stage.desk.tell(event)
        stage.desk.tell(event)  # a copy
    sold = [each.quantity for each in stage.gateway.received if isinstance(each, PlaceSellOrder)]
    assert sold == [D("0.004")]  # the second part waits for the answer to the first
    assert (stage.book.lots[BUY_ID].received, stage.book.lots[BUY_ID].buy_ended) == (D("0.01"), True)


def test_comparisons_neither_forget_it_nor_take_it_twice():
    stage = trading_keeper()
    for event in bought(stage):
        stage.desk.tell(event)
    stage.compared()
    stage.compared()
    assert stage.book.lots[BUY_ID].received == D("0.01")
    assert stage.book.lots[BUY_ID].state is LotState.SELLING
    later = starting_keeper(incarnation=2)
    later.memory = stage.memory
    later.loaded(stage.written())
    later.market()
    later.answers()
    assert later.book.lots[BUY_ID].received == D("0.01")


def test_the_balance_that_it_moved_is_explained(caplog):
    stage = trading_keeper()
    stage.desk.tell(BalanceMoved("BTC", D("1")), stage.probes["user_stream"])
    for event in bought(stage):
        stage.desk.tell(event)
    stage.desk.tell(BalanceMoved("BTC", D("1.01")), stage.probes["user_stream"])
    stage.desk.advance(40.0)
    assert "without a trade" not in caplog.text
