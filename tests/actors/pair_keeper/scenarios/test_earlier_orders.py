"""While an order of an earlier keeper may still arrive, its successor sells nothing; then it compares first."""

from dataclasses import replace

from lotkeeper.trading.orders.states import OrderState
from messages.account import OrderReported
from messages.orders import PlaceSellOrder, SellBlocked
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL
from tests.actors.stage import Stage, trading_keeper

WHY = "an order of an earlier keeper has no answer"
FOR_S = 9.5


def held_back(stage: Stage, for_s: float = FOR_S) -> PlaceSellOrder:
    """The SELL of a BUY is not let out; the SELL."""
    stage.buys()
    order = stage.order()
    stage.desk.tell(SellBlocked(SYMBOL, order.client_id, WHY, for_s), stage.gateway)
    return order


def sent(stage: Stage) -> list[PlaceSellOrder]:
    return [each for each in stage.gateway.received if isinstance(each, PlaceSellOrder)]


def pass_time(stage: Stage, seconds: float) -> None:
    """Time goes by and each question is answered at once."""
    for _ in range(round(seconds * 10)):
        stage.desk.advance(0.1)
        stage.answers()


def test_an_order_says_how_old_the_comparison_is_that_it_was_decided_on():
    stage = trading_keeper()
    stage.desk.advance(7.0)
    stage.buys()
    order = stage.order()
    assert order.complete_as_of_ms == stage.last_report().complete_as_of_ms
    assert order.sent_ms - order.complete_as_of_ms >= 7_000


def test_nothing_of_the_pair_is_tried_meanwhile():
    stage = trading_keeper()
    held_back(stage)
    stage.buys(order_id=7002, trade_id=102)
    pass_time(stage, FOR_S - 0.1)
    assert sent(stage) == []
    assert WHY in stage.written().reason


def test_a_comparison_from_before_is_not_enough():
    stage = trading_keeper()
    held_back(stage)
    pass_time(stage, FOR_S - 1)
    stage.compared()
    stage.buys(order_id=7002, trade_id=102)
    assert sent(stage) == []


def test_after_a_comparison_the_lot_is_sold():
    stage = trading_keeper()
    before = held_back(stage)
    pass_time(stage, FOR_S + 1.1)
    order = stage.order()
    assert (order.price, order.quantity) == (before.price, before.quantity)
    assert order.complete_as_of_ms >= before.sent_ms + FOR_S * 1000


def test_what_arrived_meanwhile_is_not_sold_again():
    stage = trading_keeper()
    order = held_back(stage)
    stage.accepts(order)
    stage.sold()  # no event of it is heard
    pass_time(stage, FOR_S + 3)
    assert sent(stage) == []
    assert stage.written().remainder == 0


def test_where_no_time_is_left_it_compares_all_the_same():
    stage = trading_keeper()
    held_back(stage, for_s=0.0)
    assert sent(stage) == []
    pass_time(stage, 1.1)
    assert len(sent(stage)) == 1


def test_a_comparison_that_fails_is_tried_again_before_anything_is_sold():
    stage = trading_keeper()
    held_back(stage, for_s=1.0)
    stage.desk.advance(2.0)
    asked = stage.questions()
    assert asked
    assert sent(stage) == []
    pass_time(stage, 1.0)
    assert len(sent(stage)) == 1
    assert stage.last_report().complete_as_of_ms >= NOW_MS + 1_000


def test_the_late_end_of_a_sell_of_an_earlier_keeper_does_not_free_the_coins_of_ours():
    """It placed a SELL and cancelled it for its order slot, and was killed before either was recorded.

    Nothing shows that SELL to its successor, which uses the same name again. The event of the end comes late.
    """
    stage = trading_keeper()
    stage.buys()
    order = stage.order()
    ours = stage.accepts(order, order_id=9002)
    earlier = replace(ours.report, order_id=9001, status="CANCELED", cancel_id=f"{order.client_id}-x")
    stage.desk.tell(OrderReported(earlier, None))
    assert sent(stage) == []
    stage.desk.tell(ours, stage.gateway)
    stage.desk.tell(OrderReported(earlier, None))
    pass_time(stage, 1.0)
    assert sent(stage) == []
    assert [(each.order_id, each.state) for each in stage.book.lots[7001].orders] == [(9002, OrderState.OPEN)]
