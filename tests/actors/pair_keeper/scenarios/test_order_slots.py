"""More lots than the exchange has order slots for: the nearest to being sold stand on the book, the others queue."""

from dataclasses import replace
from decimal import Decimal as D

from lotkeeper.trading.filters.counts import MaxNumOrders
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.recovery.questions import OpenOrders
from messages.account import OrderReported
from messages.ledger import RecordLots
from messages.orders import CancelSellOrder, PlaceSellOrder, SellCanceled
from tests.actors.gateway.exchange_memory import SYMBOL, report
from tests.actors.stage import PAIR, POLICY, Stage, starting_keeper

ALL_OURS = replace(POLICY, free_order_slots=0)


def narrow(slots: int = 2, policy=ALL_OURS) -> Stage:
    """A keeper of a pair with so many order slots."""
    stage = starting_keeper(policy=policy)
    stage.loaded()
    stage.market(replace(PAIR, filters=(*PAIR.filters, MaxNumOrders(slots))))
    stage.answers()
    return stage


def buys(stage: Stage, number: int, at: str) -> None:
    stage.buys("0.001", at=at, order_id=7000 + number, trade_id=100 + number)


def placed(stage: Stage, order_id: int) -> PlaceSellOrder:
    order = stage.order()
    stage.desk.tell(stage.accepts(order, order_id), stage.gateway)
    return order


def full(policy=ALL_OURS) -> Stage:
    """Two lots, bought at 60000 and 61000, whose SELLs take both slots."""
    stage = narrow(policy=policy)
    for number, at in ((1, "60000"), (2, "61000")):
        buys(stage, number, at)
        placed(stage, 9000 + number)
    return stage


def cancelled(stage: Stage) -> str:
    message = stage.gateway.pop(CancelSellOrder)
    done = replace(stage.memory.turned(message.order_id, "CANCELED"), cancel_id=message.cancel_id)
    stage.desk.tell(SellCanceled(SYMBOL, message.client_id, done), stage.gateway)
    return message.client_id


def lot(stage: Stage, number: int) -> Lot:
    records = [message for name, message in stage.sent if name == "ledger" and isinstance(message, RecordLots)]
    found = [each for record in records for each in record.lots if each.buy_order_id == 7000 + number]
    return found[-1]


def test_a_lot_whose_floor_is_farther_queues_and_says_so():
    stage = full()
    buys(stage, 3, "62000")
    stage.gateway.nothing(PlaceSellOrder)
    stage.gateway.nothing(CancelSellOrder)
    assert lot(stage, 3).state is LotState.QUEUED
    assert lot(stage, 3).reason == "every order slot is taken; it is sold at 62372.38 when one is free"
    told = stage.last_report()
    assert (told.lots_queued, [each.lot for each in told.waiting]) == (1, ["BTCUSDT-7003"])
    assert told.unprotected == D("0.001")


def test_a_lot_whose_floor_is_nearer_takes_the_slot_of_the_farthest():
    stage = full()
    buys(stage, 3, "59000")
    stage.gateway.nothing(PlaceSellOrder)
    assert cancelled(stage) == "lk1-5ei-1"
    assert stage.order().client_id == "lk1-5ej-1"
    assert lot(stage, 2).state is LotState.QUEUED


def test_a_second_look_while_the_slot_is_being_freed_cancels_no_other():
    stage = full()
    buys(stage, 3, "59000")
    buys(stage, 4, "59500")
    assert len([each for each in stage.gateway.received if isinstance(each, CancelSellOrder)]) == 2
    stage.gateway.received.clear()
    buys(stage, 5, "59600")  # nothing is left that is farther and not going already
    stage.gateway.nothing(CancelSellOrder)


def test_a_slot_that_is_free_again_goes_to_the_nearest_that_waits():
    stage = full()
    for number, at in ((3, "64000"), (4, "62000"), (5, "63000")):
        buys(stage, number, at)
    stage.desk.tell(stage.sold(9001, trade_id=501))
    assert placed(stage, 9003).client_id == "lk1-5ek-1"
    stage.desk.tell(stage.sold(9002, trade_id=502))
    assert placed(stage, 9004).client_id == "lk1-5el-1"
    assert [lot(stage, number).state for number in (3, 4, 5)] == [LotState.QUEUED, LotState.SELLING, LotState.SELLING]


def test_the_orders_of_the_trader_take_slots_too():
    stage = narrow()
    foreign = report(8001, "web_abc", Side.SELL, "NEW", "1", "0", "70000")
    stage.desk.tell(OrderReported(foreign, None))
    buys(stage, 1, "60000")
    placed(stage, 9001)
    buys(stage, 2, "61000")
    assert lot(stage, 2).state is LotState.QUEUED
    stage.desk.tell(OrderReported(replace(foreign, status="CANCELED"), None))
    stage.compared()
    assert stage.order().client_id == "lk1-5ei-1"


def test_some_slots_are_left_to_the_trader():
    stage = narrow(slots=10, policy=replace(POLICY, free_order_slots=9))  # at most half are kept free
    for number in range(1, 6):
        buys(stage, number, "60000")
        placed(stage, 9000 + number)
    buys(stage, 6, "60000")
    assert lot(stage, 6).state is LotState.QUEUED


def test_a_refusal_for_the_number_of_orders_makes_it_count_them():
    stage = narrow()
    buys(stage, 1, "60000")
    order = stage.order()
    stage.memory.keep(report(8001, "web_a", Side.BUY, "NEW", "1", "0", "1"), *())
    stage.memory.keep(report(8002, "web_b", Side.BUY, "NEW", "1", "0", "1"), *())
    stage.desk.tell(stage.refuses(order, -1013, "Filter failure: MAX_NUM_ORDERS"), stage.gateway)
    assert OpenOrders() in stage.questions()
    stage.answers()
    stage.desk.advance(1.1)
    assert lot(stage, 1).state is LotState.QUEUED
    stage.gateway.nothing(PlaceSellOrder)


def test_after_a_start_the_nearest_come_first():
    before = narrow()
    before.bought(order_id=7001, trade_id=101, at="62000")
    before.bought(order_id=7002, trade_id=102, at="60000")
    before.bought(order_id=7003, trade_id=103, at="61000")
    stage = starting_keeper(policy=ALL_OURS, memory=before.memory)
    stage.loaded()
    stage.market(replace(PAIR, filters=(*PAIR.filters, MaxNumOrders(2))))
    stage.answers()
    sent = [each.client_id for each in stage.gateway.received if isinstance(each, PlaceSellOrder)]
    assert sent == ["lk1-5ei-1", "lk1-5ej-1"]
    assert lot(stage, 1).state is LotState.QUEUED
