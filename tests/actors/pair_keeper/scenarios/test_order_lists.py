"""A BUY that is part of an order list of the trader's app: the lot is left to the list, and never loses its stop."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.lots.lot import with_hold_event
from lotkeeper.trading.lots.states import HoldEvent, HoldReason, LotState
from lotkeeper.trading.orders.fills import Side
from messages.account import OrderReported
from messages.orders import PlaceSellOrder
from messages.pair_commands import ResumePair
from messages.queries import AskExchange, FetchFailed, TradesFetched
from tests.actors.gateway.exchange_memory import SYMBOL, fill, report
from tests.actors.stage import BUY_ID, FIRST_TRADE, Stage, trading_keeper

LIST = 12
TARGET, STOP = 8001, 8002


def bought(stage: Stage, quantity: str, number: int, executed: str, status: str) -> OrderReported:
    """The BUY of the list is filled in one more part; the event, not told yet."""
    trade_id = FIRST_TRADE + number
    event = stage.bought(quantity, trade_id=trade_id, executed=executed, status=status)
    assert event.fill is not None
    listed = OrderReported(replace(event.report, list_id=LIST), replace(event.fill, list_id=LIST))
    assert listed.fill is not None
    stage.memory.keep(listed.report, listed.fill)
    return listed


def turned(stage: Stage, order_id: int, status: str, executed: str = "0", quantity: str = "0.01") -> OrderReported:
    """A SELL of the list is in another state; the event, not told yet."""
    at = "63000" if order_id == TARGET else "57000"
    known = replace(report(order_id, f"web-{order_id}", Side.SELL, status, quantity, executed, at), list_id=LIST)
    stage.memory.keep(known)
    return OrderReported(known, None)


def pending(stage: Stage) -> None:
    for each in (TARGET, STOP):
        stage.desk.tell(turned(stage, each, "PENDING_NEW"))


def filled(stage: Stage) -> None:
    """The BUY is filled in two parts; nothing is told of the SELLs of its list yet."""
    stage.desk.tell(bought(stage, "0.004", 0, "0.004", "PARTIALLY_FILLED"))
    stage.desk.tell(bought(stage, "0.006", 1, "0.01", "FILLED"))


def standing(stage: Stage) -> None:
    """The SELLs of the list are on the exchange's book."""
    for each in (TARGET, STOP):
        stage.desk.tell(turned(stage, each, "NEW"))
    stage.answers()


@pytest.fixture
def stage():
    return trading_keeper()


@pytest.fixture
def left(stage):
    """The lot is left to the two SELLs of its list."""
    pending(stage)
    filled(stage)
    standing(stage)
    stage.gateway.nothing(PlaceSellOrder)
    return stage


def reason(stage: Stage) -> str:
    (waiting,) = stage.last_report().waiting
    return waiting.reason


def test_nothing_is_sold_while_the_buy_goes_on(stage):
    pending(stage)
    stage.desk.tell(bought(stage, "0.004", 0, "0.004", "PARTIALLY_FILLED"))
    stage.compared()
    stage.gateway.nothing(PlaceSellOrder)
    assert reason(stage) == f"its BUY is part of your order list {LIST} and has not ended"
    assert stage.last_report().unprotected == 0


def test_while_its_own_sells_stand_the_lot_is_left_to_them_and_that_is_said(left):
    assert reason(left) == f"left to orders {TARGET}, {STOP} of your order list {LIST}"
    left.desk.tell(ResumePair(SYMBOL))
    left.compared()
    left.gateway.nothing(PlaceSellOrder)
    assert left.last_report().lots_held == 1
    assert left.last_report().unprotected == 0


def test_what_a_sell_of_the_list_sold_left_its_own_lot_and_no_older_one(stage):
    stage.buys("0.00005", order_id=6001, trade_id=90)  # an older lot, too small for an order: its coins are free
    pending(stage)
    filled(stage)
    standing(stage)
    left = stage
    took = replace(fill(TARGET, 700, Side.SELL, "0.01", "63000", "0", "USDT"), list_id=LIST)
    left.memory.keep(left.memory.orders[TARGET], took)
    ended = turned(left, TARGET, "FILLED", "0.01")
    left.desk.tell(OrderReported(ended.report, took))
    left.desk.tell(turned(left, STOP, "EXPIRED"))
    left.answers()
    lot = left.book.lots[BUY_ID]
    assert (lot.state, [each.quantity for each in lot.disposals]) == (LotState.CLOSED, [D("0.01")])
    assert left.book.lots[6001].disposals == ()
    left.gateway.nothing(PlaceSellOrder)


def test_where_the_list_ends_without_selling_the_lot_gets_its_sell(left):
    for each in (TARGET, STOP):
        left.desk.tell(turned(left, each, "EXPIRED"))
    left.answers()
    assert left.order().quantity == D("0.01")


def test_sells_that_a_person_cancelled_hold_the_lot_until_the_pair_is_resumed(left):
    for each in (STOP, TARGET):
        left.desk.tell(turned(left, each, "CANCELED"))
    left.answers()
    left.gateway.nothing(PlaceSellOrder)
    assert left.book.lots[BUY_ID].hold is HoldReason.CANCELLED_BY_HAND
    left.desk.tell(ResumePair(SYMBOL))
    assert left.order().quantity == D("0.01")


def test_a_buy_that_ends_in_part_without_any_sell_is_sold_like_any_other(stage):
    """The list was cancelled: its SELLs were never placed."""
    pending(stage)
    stage.desk.tell(bought(stage, "0.004", 0, "0.004", "PARTIALLY_FILLED"))
    canceled = stage.memory.turned(BUY_ID, "CANCELED")
    stage.desk.tell(OrderReported(canceled, None))
    for each in (TARGET, STOP):
        stage.desk.tell(turned(stage, each, "EXPIRED"))
    stage.answers()
    assert stage.order().quantity == D("0.004")


def test_a_list_without_sells_of_which_the_buy_is_filled_at_once(stage):
    stage.desk.tell(bought(stage, "0.01", 0, "0.01", "FILLED"))
    stage.gateway.nothing(PlaceSellOrder)
    stage.answers()
    assert stage.order().quantity == D("0.01")
    stage.desk.tell(bought(stage, "0.01", 0, "0.01", "FILLED"))  # a late copy
    assert stage.book.lots[BUY_ID].state is LotState.SELLING


def test_queries_that_lag_behind_the_end_of_the_buy_prove_nothing(stage):
    event = bought(stage, "0.01", 0, "0.01", "FILLED")
    stage.memory.orders[BUY_ID] = replace(event.report, status="PARTIALLY_FILLED", executed=D("0.004"))
    stage.desk.tell(event)
    stage.answers()
    stage.gateway.nothing(PlaceSellOrder)
    turned(stage, STOP, "NEW")  # the queries catch up; the stream said nothing of it
    stage.memory.keep(event.report)
    stage.desk.advance(3.1)
    stage.answers()
    stage.gateway.nothing(PlaceSellOrder)
    assert reason(stage) == f"left to order {STOP} of your order list {LIST}"


def test_an_end_that_only_a_comparison_shows_frees_the_lot_too(left):
    for each in (TARGET, STOP):
        turned(left, each, "EXPIRED")
    left.compared()
    assert left.order().quantity == D("0.01")


def test_a_buy_that_was_filled_while_nobody_listened_is_known_by_its_trades(stage):
    """The comparison fails after it showed the trade, and before it showed the order."""
    bought(stage, "0.01", 0, "0.01", "FILLED")
    turned(stage, STOP, "NEW")
    stage.desk.advance(121.0)
    while asked := [each for each in stage.gateway.received if isinstance(each, AskExchange)]:
        stage.gateway.received.remove(asked[0])
        answer = stage.answer(asked[0])
        has_shown = isinstance(answer, TradesFetched)
        failed = FetchFailed(asked[0].request_id, "HTTP 500", 60.0)
        stage.desk.tell(answer if has_shown else failed, stage.gateway)
    stage.gateway.nothing(PlaceSellOrder)
    stage.compared()
    stage.gateway.nothing(PlaceSellOrder)
    assert reason(stage) == f"left to order {STOP} of your order list {LIST}"


@pytest.mark.parametrize("is_standing", [True, False])
def test_after_a_restart_the_exchange_is_asked_which_list_it_is(left, is_standing):
    lot = left.book.lots[BUY_ID]
    assert lot == with_hold_event(lot, HoldEvent.LISTED)
    later = Stage(incarnation=2)
    later.memory = left.memory
    if not is_standing:
        for each in (TARGET, STOP):
            turned(left, each, "EXPIRED")
    later.loaded(left.written(), cursor=700)
    later.market()
    later.answers()
    if is_standing:
        later.gateway.nothing(PlaceSellOrder)
        assert reason(later) == f"left to orders {TARGET}, {STOP} of your order list {LIST}"
    else:
        assert later.order().quantity == D("0.01")
