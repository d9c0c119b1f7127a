"""The Gateway may send no orders for a while: nothing hammers, nothing is lost."""

import pytest

from actors.pair_keeper.tags import OrdersAllowedAgain
from lotkeeper.trading.orders.refusals import RefusalKind
from messages.orders import PlaceSellOrder, SellRefused
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.stage import Stage, trading_keeper


def orders(stage: Stage) -> list[PlaceSellOrder]:
    return [each for each in stage.gateway.received if isinstance(each, PlaceSellOrder)]


def held(stage: Stage, seconds: float) -> None:
    order = orders(stage)[0]
    stage.gateway.received.remove(order)
    told = SellRefused(SYMBOL, order.client_id, 0, "not sent: banned; again in 300 s", seconds)
    stage.desk.tell(told, stage.gateway)


def taken(stage: Stage, *order_ids: int) -> list[str]:
    """The exchange takes the SELLs that are sent, one after the other; their names."""
    names = []
    for order_id in order_ids:
        order = stage.order()
        names.append(order.client_id)
        stage.desk.tell(stage.accepts(order, order_id), stage.gateway)
    return names


def test_no_order_is_tried_before_the_gateway_may_send_and_then_all_are():
    stage = trading_keeper()
    stage.buys()
    held(stage, 300.0)
    stage.buys(order_id=7002, trade_id=102)
    stage.desk.advance(299.0)
    assert stage.last_report().unprotected > 0
    assert orders(stage) == []
    stage.desk.advance(1.0)
    assert taken(stage, 9001, 9002) == ["lk1-5eh-1", "lk1-5ei-1"]


def test_one_is_tried_first_and_the_others_when_it_was_sent():
    stage = trading_keeper()
    for number in range(5):
        stage.buys(order_id=7001 + number, trade_id=101 + number, at=str(60_000 - number))
    for _ in range(5):
        held(stage, 10.0)
    stage.desk.advance(10.0)
    assert taken(stage, 9001) == ["lk1-5el-1"]  # the nearest
    assert [each.client_id for each in orders(stage)] == ["lk1-5ek-1", "lk1-5ej-1"]


def test_a_pause_is_one_wake_up_and_one_line_of_the_log(caplog):
    stage = trading_keeper()
    for number in range(5):
        stage.buys(order_id=7001 + number, trade_id=101 + number)
    caplog.clear()
    before = len(stage.desk.wakeups)
    for number in range(5):
        held(stage, 10.0 - number)
    assert sum("SELLs wait" in each.message for each in caplog.records) == 1
    assert len(stage.desk.wakeups) == before + 1


def test_what_is_left_of_a_pause_is_never_too_little_to_pass():
    stage = trading_keeper()
    stage.buys()
    held(stage, 10.0)
    stage.core.collaborators.permission._pause.until_s += 1e-9
    stage.desk.advance(10.0)
    assert orders(stage) == []
    ((after_s, _),) = [each for each in stage.desk.wakeups if isinstance(each[1], OrdersAllowedAgain)]
    assert after_s == pytest.approx(0.01)
    stage.desk.advance(0.01)
    assert len(orders(stage)) == 1


def test_attempts_that_were_not_sent_do_not_pile_up():
    stage = trading_keeper()
    stage.buys()
    for _ in range(20):
        held(stage, 10.0)
        stage.desk.advance(10.0)
    assert len(stage.book.lots[7001].orders) == 1
    assert taken(stage, 9001) == ["lk1-5eh-1"]


def test_where_it_is_not_said_how_long_the_waits_grow_to_a_second():
    stage = trading_keeper()
    stage.buys()
    waits = []
    for _ in range(6):
        order = stage.order()
        refusal = SellRefused(SYMBOL, order.client_id, 0, "not sent: late", kind=RefusalKind.NOT_SENT)
        stage.desk.tell(refusal, stage.gateway)
        waits.append(0)
        while not orders(stage):
            stage.desk.advance(0.125)
            waits[-1] += 1
    assert waits == [2, 4, 8, 8, 8, 8]


def test_what_waits_says_why():
    stage = trading_keeper()
    stage.buys()
    held(stage, 300.0)
    reason = "not sent: banned; again in 300 s; it is sold at 60360.37 when it is its turn"
    assert [each.reason for each in stage.last_report().waiting] == [reason]
    stage.buys(order_id=7002, trade_id=102)
    assert [each.reason for each in stage.last_report().waiting] == [reason, reason]


def test_a_gateway_in_a_new_life_is_asked_at_once():
    stage = trading_keeper()
    stage.buys()
    held(stage, 300.0)
    stage.desk.advance(5.0)
    stage.reborn("gateway")
    assert [each.client_id for each in orders(stage)] == ["lk1-5eh-1"]


def test_a_shorter_hold_does_not_end_a_longer_one():
    stage = trading_keeper()
    stage.buys()
    stage.buys(order_id=7002, trade_id=102)
    held(stage, 300.0)
    held(stage, 10.0)
    stage.desk.advance(299.0)
    assert orders(stage) == []
    stage.desk.advance(1.0)
    assert taken(stage, 9001, 9002) == ["lk1-5eh-1", "lk1-5ei-1"]
