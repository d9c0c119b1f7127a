"""A BUY that smart order routing fills: by allocations, which no list of trades has."""

from dataclasses import replace
from decimal import Decimal as D

from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.fills import Side, fill_id_of_allocation
from lotkeeper.trading.recovery.questions import (
    AllocationsOfOrder,
    AllocationsSince,
    OpenOrders,
    Question,
    TradesFrom,
)
from messages.account import BalanceMoved, OrderReported, StreamProven
from messages.orders import PlaceSellOrder
from tests.actors.gateway.exchange_memory import NOW_MS, fill, report
from tests.actors.stage import BUY_ID, Stage, starting_keeper, trading_keeper


def allocated(stage: Stage, quantity: str, allocation_id: int, executed: str, status: str) -> OrderReported:
    """The exchange knows the order, and none of its fills as a trade; the event, not told yet."""
    event = stage.bought(quantity, trade_id=900 + allocation_id, executed=executed, status=status)
    del stage.memory.fills[900 + allocation_id]
    assert event.fill is not None
    allocation = replace(event.fill, trade_id=fill_id_of_allocation(allocation_id))
    stage.memory.allocations.append(allocation)
    report = stage.memory.orders[event.report.order_id] = replace(event.report, is_sor=True)
    return OrderReported(report, allocation)


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


def checked(stage: Stage, held: str) -> list[Question]:
    """Two checks of the account's coins find as many; all that is asked until then."""
    asked: list[Question] = []
    for _ in range(2):
        stage._has(held)
        stage.others_hold()
        asked += stage.answers()
        stage.desk.advance(6.0)
    return asked + stage.answers()


def test_one_of_which_no_event_told_is_found_when_its_coins_show():
    stage = starting_keeper()
    stage.loaded(own_coins=D(1), history_from_ms=NOW_MS - 1000)
    stage.market()
    bought(stage)  # while the service was down
    assert stage.answers() == [TradesFrom(101), OpenOrders()]
    stage.desk.advance(15.0)
    stage.answers()
    asked = checked(stage, "1.01")
    assert [each for each in asked if isinstance(each, AllocationsSince)] == [AllocationsSince(NOW_MS - 1000)]
    assert (stage.book.lots[BUY_ID].received, stage.book.lots[BUY_ID].buy_ended) == (D("0.01"), True)
    order = stage.order()
    assert order.quantity == D("0.01")
    stage.desk.tell(stage.accepts(order), stage.gateway)
    stage.desk.advance(1.0)
    assert not [each for each in checked(stage, "1.01") if isinstance(each, AllocationsSince)]
    assert stage.last_report().came == 0


def test_one_of_which_some_events_were_lost_is_completed_by_its_order():
    stage = trading_keeper()
    first, _ = bought(stage)
    stage.desk.tell(first)
    stage.desk.tell(stage.accepts(stage.order()), stage.gateway)
    stage.compared()
    assert (stage.book.lots[BUY_ID].received, stage.book.lots[BUY_ID].buy_ended) == (D("0.01"), True)
    assert stage.order().quantity == D("0.006")


def test_an_ordinary_buy_asks_for_no_allocations():
    stage = trading_keeper()
    stage.desk.tell(stage.bought("0.01"))
    stage.desk.tell(stage.accepts(stage.order()), stage.gateway)
    assert not [each for each in stage.answers() if isinstance(each, AllocationsSince | AllocationsOfOrder)]
    stage.desk.tell(StreamProven(NOW_MS), stage.probes["user_stream"])
    assert not [each for each in stage.answers() if isinstance(each, AllocationsSince | AllocationsOfOrder)]


def test_a_sell_by_hand_that_is_routed_moves_the_cursor_nowhere():
    stage = trading_keeper()
    stage.selling()
    sale = fill(8001, -8, Side.SELL, "0.0005", "61000", "0", "USDT")
    sold = report(8001, "web-8001", Side.SELL, "FILLED", "0.0005", "0.0005", "61000")
    stage.desk.tell(OrderReported(sold, sale))
    assert stage.book.safe_cursor(150) == 150
    stage.compared()
    assert stage.core.state.cursor == 101
