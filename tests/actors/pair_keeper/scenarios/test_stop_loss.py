"""SELLs with a stop: lost replies, refusals, triggers, cancels by hand, restarts with and without a database."""

from dataclasses import replace
from decimal import Decimal as D

from lotkeeper.trading.lots.states import HoldReason
from lotkeeper.trading.orders.client_ids import SellName, stop_id
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.orders.stop_leg import STOP_TYPE, StopPrices
from lotkeeper.trading.policy import ExitPolicy
from messages.account import OrderReported
from messages.orders import CancelSellOrder, PlaceSellOrder, SellCanceled, SellOutcomeUnknown, SellPlaced
from tests.actors.gateway.exchange_memory import fill, report
from tests.actors.stage import BUY_ID, SYMBOL, Stage, trading_keeper

POLICY = ExitPolicy(D(1), stop_loss_pct=D(8), stop_limit_pct=D("0.5"))
# 60 * 0.92 / 0.001 = 55200; 55200 * 0.995 = 54924
STOP = StopPrices(D(55200), D(54924))
TARGET_ID, STOP_ID = 9001, 9002


def accepts(stage: Stage, order: PlaceSellOrder, target_id: int = TARGET_ID) -> SellPlaced:
    """The exchange takes both orders; the reply, not told yet."""
    assert order.stop is not None
    quantity, name = str(order.quantity), order.client_id
    target = report(target_id, name, Side.SELL, "NEW", quantity, "0", str(order.price))
    stop = report(target_id + 1, f"{name}s", Side.SELL, "NEW", quantity, "0", str(order.stop.limit))
    pair = (
        replace(target, list_id=5, order_type="LIMIT_MAKER"),
        replace(stop, list_id=5, order_type=STOP_TYPE, stop_price=order.stop.trigger),
    )
    for each in pair:
        stage.memory.keep(each)
    return SellPlaced(SYMBOL, name, pair[0], (), pair[1:])


def standing() -> Stage:
    stage = trading_keeper(policy=POLICY)
    stage.buys()
    stage.desk.tell(accepts(stage, stage.order()), stage.gateway)
    return stage


def becomes(stage: Stage, order_id: int, status: str, executed: str = "0") -> OrderReport:
    return stage.memory.turned(order_id, status, executed)


def tell(stage: Stage, known: OrderReport, sold: str = "", at: str = "55000") -> None:
    took = fill(known.order_id, 700 + known.order_id, Side.SELL, sold, at, "0", "USDT") if sold else None
    if took is not None:
        stage.memory.keep(known, took)
    stage.desk.tell(OrderReported(known, took))


def sell_of(stage: Stage):
    return stage.book.lots[BUY_ID].orders[-1]


def test_a_fill_is_answered_with_an_order_list():
    stage = trading_keeper(policy=POLICY)
    stage.buys()
    order = stage.order()
    # 60 * 1.01 / (0.001 * 0.999) = 60660.66...
    assert (order.price, order.stop) == (D("60660.67"), STOP)
    stage.desk.tell(accepts(stage, order), stage.gateway)
    assert (sell_of(stage).state, sell_of(stage).order_ids) == (OrderState.OPEN, (TARGET_ID, STOP_ID))
    stage.gateway.nothing(PlaceSellOrder)


def test_a_refused_list_is_followed_by_a_limit_at_once():
    stage = trading_keeper(policy=POLICY)
    stage.buys()
    first = stage.order()
    text = "The relationship of the prices for the orders is not correct."
    stage.desk.tell(stage.refuses(first, -2010, text), stage.gateway)
    second = stage.order()
    assert (second.price, second.stop, second.client_id) == (first.price, None, "lk1-5eh-2")
    assert text in stage.book.lots[BUY_ID].reason


def test_a_lost_reply_is_asked_about_by_the_name_of_the_target():
    stage = trading_keeper(policy=POLICY)
    stage.buys()
    order = stage.order()
    accepts(stage, order)
    stage.desk.tell(SellOutcomeUnknown(SYMBOL, order.client_id, "no answer in time"), stage.gateway)
    stage.answers()
    assert sell_of(stage).state is OrderState.OPEN
    stage.gateway.nothing(PlaceSellOrder)


def test_the_stop_is_triggered_and_sells_and_the_lot_is_closed():
    stage = standing()
    tell(stage, becomes(stage, TARGET_ID, "EXPIRED"))
    assert stage.book.lots[BUY_ID].open_quantity == D("0.001")
    tell(stage, becomes(stage, STOP_ID, "FILLED", "0.001"), "0.001")
    lot = stage.book.lots[BUY_ID]
    assert (lot.remainder, lot.open_quantity, lot.proceeds) == (0, 0, 55)
    stage.gateway.nothing(PlaceSellOrder)
    stage.gateway.nothing(CancelSellOrder)


def test_that_the_stop_sold_is_found_though_no_event_came():
    stage = standing()
    becomes(stage, TARGET_ID, "EXPIRED")
    sold = becomes(stage, STOP_ID, "FILLED", "0.001")
    stage.memory.keep(sold, fill(STOP_ID, 777, Side.SELL, "0.001", "55000", "0", "USDT"))
    stage.desk.advance(130)
    stage.answers()
    assert (sell_of(stage).state, stage.book.lots[BUY_ID].proceeds) == (OrderState.FILLED, 55)
    stage.gateway.nothing(PlaceSellOrder)


def test_that_the_stop_was_triggered_is_found_though_no_event_came():
    stage = standing()
    becomes(stage, TARGET_ID, "EXPIRED")
    stage.desk.advance(130)
    stage.answers()
    assert sell_of(stage).stop.is_triggered
    assert stage.book.lots[BUY_ID].remainder == 0
    stage.gateway.nothing(PlaceSellOrder)


def test_one_order_that_is_cancelled_by_hand_holds_the_lot():
    stage = standing()
    becomes(stage, TARGET_ID, "CANCELED")
    tell(stage, becomes(stage, STOP_ID, "CANCELED"))
    assert stage.book.lots[BUY_ID].hold is HoldReason.CANCELLED_BY_HAND
    stage.gateway.nothing(PlaceSellOrder)


def test_after_a_restart_without_the_policy_the_sell_is_a_limit():
    before = standing()
    stage = trading_keeper(before.written(), policy=ExitPolicy(D(1)), memory=before.memory, incarnation=2)
    cancel = stage.gateway.pop(CancelSellOrder)
    assert cancel.order_id == TARGET_ID
    ended = [replace(becomes(stage, each, "CANCELED"), cancel_id=cancel.cancel_id) for each in (TARGET_ID, STOP_ID)]
    stage.desk.tell(SellCanceled(SYMBOL, cancel.client_id, ended[0], (ended[1],)), stage.gateway)
    order = stage.order()
    assert (order.stop, order.client_id) == (None, "lk1-5eh-2")


def test_a_restart_with_the_database_changes_nothing():
    before = standing()
    stage = trading_keeper(before.written(), policy=POLICY, memory=before.memory, incarnation=2)
    assert sell_of(stage) == sell_of(before)
    stage.gateway.nothing(PlaceSellOrder)
    stage.gateway.nothing(CancelSellOrder)


def test_a_restart_without_the_database_finds_both_orders():
    before = standing()
    stage = trading_keeper(policy=POLICY, memory=before.memory, incarnation=2)
    found = sell_of(stage)
    assert (found.order_ids, found.stop.prices, found.price) == ((TARGET_ID, STOP_ID), STOP, D("60660.67"))
    stage.gateway.nothing(PlaceSellOrder)
    stage.gateway.nothing(CancelSellOrder)


def test_a_restart_without_the_database_finds_a_triggered_stop():
    before = standing()
    becomes(before, TARGET_ID, "EXPIRED")
    stage = trading_keeper(policy=POLICY, memory=before.memory, incarnation=2)
    assert sell_of(stage).stop.is_triggered
    assert sell_of(stage).standing_client_id == stop_id(SellName(BUY_ID, 1))
    stage.gateway.nothing(PlaceSellOrder)
    stage.gateway.nothing(CancelSellOrder)
