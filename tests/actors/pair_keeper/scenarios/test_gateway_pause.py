"""The Gateway may send no orders for a while: nothing hammers, nothing is lost."""

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


def test_no_order_is_tried_before_the_gateway_may_send_and_then_all_are():
    stage = trading_keeper()
    stage.buys()
    held(stage, 300.0)
    stage.buys(order_id=7002, trade_id=102)
    stage.desk.advance(299.0)
    assert stage.last_report().unprotected > 0
    assert orders(stage) == []
    stage.desk.advance(1.0)
    assert [each.client_id for each in orders(stage)] == ["lk1-5eh-2", "lk1-5ei-1"]


def test_what_waits_says_why():
    stage = trading_keeper()
    stage.buys()
    held(stage, 300.0)
    assert [each.reason for each in stage.last_report().waiting] == ["refused: not sent: banned; again in 300 s"]
    stage.buys(order_id=7002, trade_id=102)
    reasons = [each.reason for each in stage.last_report().waiting]
    assert reasons[-1] == "not sent: banned; again in 300 s"


def test_a_gateway_in_a_new_life_is_asked_at_once():
    stage = trading_keeper()
    stage.buys()
    held(stage, 300.0)
    stage.desk.advance(5.0)
    stage.reborn("gateway")
    assert [each.client_id for each in orders(stage)] == ["lk1-5eh-2"]


def test_a_shorter_hold_does_not_end_a_longer_one():
    stage = trading_keeper()
    stage.buys()
    stage.buys(order_id=7002, trade_id=102)
    held(stage, 300.0)
    held(stage, 10.0)
    stage.desk.advance(299.0)
    assert orders(stage) == []
    stage.desk.advance(1.0)
    assert [each.client_id for each in orders(stage)] == ["lk1-5eh-2", "lk1-5ei-2"]
