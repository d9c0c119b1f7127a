"""SELLs whose price falls with the age of their lots, or changes with the configuration, are placed again."""

from dataclasses import replace
from decimal import Decimal as D

from lotkeeper.trading.policy import AgeStep, ExitPolicy
from messages.orders import CancelSellOrder, PlaceSellOrder, SellCanceled
from tests.actors.stage import POLICY, SYMBOL, Stage, trading_keeper

# The lots of the stage are bought at its start.
AGES = ExitPolicy(D(1), age=(AgeStep(600_000, D("0.2")), AgeStep(1_500_000, D(0))))


def placed_again(stage: Stage, order_id: int) -> PlaceSellOrder:
    cancel = stage.gateway.pop(CancelSellOrder)
    stage.gateway.nothing(PlaceSellOrder)  # not before the first is off the book
    ended = replace(stage.memory.turned(cancel.order_id, "CANCELED"), cancel_id=cancel.cancel_id)
    stage.desk.tell(SellCanceled(SYMBOL, cancel.client_id, ended), stage.gateway)
    order = stage.order()
    stage.desk.tell(stage.accepts(order, order_id), stage.gateway)
    return order


def passes(stage: Stage, minutes: int) -> None:
    """So much time, or less if a SELL is cancelled."""
    for _ in range(6 * minutes):
        stage.desk.advance(10)
        stage.answers()
        stage.recorded()
        if any(isinstance(each, CancelSellOrder) for each in stage.gateway.received):
            return


def test_the_sell_is_placed_again_at_each_step_without_another_event():
    stage = trading_keeper(policy=AGES)
    first = stage.selling()
    passes(stage, 9)
    stage.gateway.nothing(CancelSellOrder)
    passes(stage, 4)
    second = placed_again(stage, 9002)
    passes(stage, 11)
    stage.gateway.nothing(CancelSellOrder)
    passes(stage, 8)
    third = placed_again(stage, 9003)
    # 60 * 1.01, 60 * 1.002 and 60, each / (0.001 * 0.999): 60660.66..., 60180.18..., 60060.06...
    assert [str(each.price) for each in (first, second, third)] == ["60660.67", "60180.19", "60060.07"]


def test_after_a_restart_with_another_profit_the_sell_is_placed_again():
    before = trading_keeper()
    before.selling()
    stage = trading_keeper(before.written(), policy=ExitPolicy(D(3)), memory=before.memory, incarnation=2)
    # 60 * 1.03 / (0.001 * 0.999) = 61861.86...
    assert str(placed_again(stage, 9002).price) == "61861.87"
    passes(stage, 10)
    stage.gateway.nothing(CancelSellOrder)


def test_after_a_restart_with_the_same_profit_nothing_is_placed_again():
    before = trading_keeper()
    before.selling()
    same = replace(POLICY, max_sells=3)
    stage = trading_keeper(before.written(), policy=same, memory=before.memory, incarnation=2)
    passes(stage, 10)
    stage.gateway.nothing(CancelSellOrder)
    stage.gateway.nothing(PlaceSellOrder)


def test_of_many_sells_as_many_are_replaced_at_once_as_may_be_sent():
    """And the others after them, until all have the new price."""
    before = trading_keeper()
    for number in range(30):
        before.buys(order_id=7001 + number, trade_id=101 + number)
        before.desk.tell(before.accepts(before.gateway.pop(PlaceSellOrder), 9001 + number), before.gateway)
    lots = tuple(before.book.lots.values())
    stage = trading_keeper(*lots, policy=ExitPolicy(D(3)), memory=before.memory, incarnation=2)
    replaced, largest = 0, 0
    for _ in range(60):
        cancels = []
        while any(isinstance(each, CancelSellOrder) for each in stage.gateway.received):
            cancels.append(stage.gateway.pop(CancelSellOrder))
        largest = max(largest, len(cancels))
        for cancel in cancels:
            ended = replace(stage.memory.turned(cancel.order_id, "CANCELED"), cancel_id=cancel.cancel_id)
            stage.desk.tell(SellCanceled(SYMBOL, cancel.client_id, ended), stage.gateway)
        while any(isinstance(each, PlaceSellOrder) for each in stage.gateway.received):
            replaced += 1
            stage.desk.tell(stage.accepts(stage.gateway.pop(PlaceSellOrder), 9100 + replaced), stage.gateway)
        stage.desk.advance(1)
        stage.answers()
    assert replaced == 30
    assert largest == 20
    assert {str(order.price) for lot in stage.book.lots.values() for order in lot.live_sells} == {"61861.87"}
