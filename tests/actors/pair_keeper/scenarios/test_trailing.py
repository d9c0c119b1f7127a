"""SELLs that follow the price: what the exchange says to them, and which lots have the few slots for them."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.filters.amounts import TrailingDelta
from lotkeeper.trading.filters.counts import MaxNumAlgoOrders
from lotkeeper.trading.orders.trails import Trail
from lotkeeper.trading.policy import ExitPolicy
from messages.account import OrderReported
from messages.orders import CancelSellOrder, PlaceSellOrder, SellCanceled
from messages.queries import FetchMarket, MarketFetched
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.stage import COMMISSION, PAIR, Stage, starting_keeper, trading_keeper

FOLLOWS = ExitPolicy(D("0.5"), trailing_bips=150, free_algo_slots=0)
TRIGGERS = "Order would trigger immediately."
# 60 * 1.005 / (0.001 * 0.999) = 60360.36...; 60360.37 / 0.985 = 61279.563...
FLOOR, STOP = "60360.37", D("61279.57")


def refused(stage: Stage, order: PlaceSellOrder, text: str, code: int = -2010) -> PlaceSellOrder:
    """The exchange refuses the SELL; the one that is sent at once instead."""
    stage.desk.tell(stage.refuses(order, code, text), stage.gateway)
    return stage.order()


def cancelled(stage: Stage) -> CancelSellOrder:
    """The one cancel that was sent is done."""
    cancel = stage.gateway.pop(CancelSellOrder)
    ended = replace(stage.memory.turned(cancel.order_id, "CANCELED"), cancel_id=cancel.cancel_id)
    stage.desk.tell(SellCanceled(SYMBOL, cancel.client_id, ended), stage.gateway)
    return cancel


def test_it_follows_from_its_stop_price_on_with_its_limit_at_the_floor():
    stage = trading_keeper(policy=FOLLOWS)
    order = stage.selling()
    assert (str(order.price), order.trail) == (FLOOR, Trail(150, STOP))
    assert stage.written().orders[0].trail == order.trail


def test_where_the_market_has_reached_the_stop_price_it_follows_at_once():
    stage = trading_keeper(policy=FOLLOWS)
    stage.buys()
    order = refused(stage, stage.order(), TRIGGERS)
    assert (str(order.price), order.trail) == (FLOOR, Trail(150))
    assert stage.book.lots[7001].orders[-1].name.generation == 2


def test_refused_once_more_it_is_a_limit_at_the_floor():
    stage = trading_keeper(policy=FOLLOWS)
    stage.buys()
    order = refused(stage, refused(stage, stage.order(), TRIGGERS), TRIGGERS)
    assert (str(order.price), order.trail) == (FLOOR, None)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (-1013, "Filter failure: MAX_NUM_ALGO_ORDERS"),
        (-1013, "Filter failure: TRAILING_DELTA"),
        (-2010, "Trailing stop orders are not supported for this symbol."),
    ],
)
def test_any_other_refusal_makes_it_a_limit_at_once_and_for_ten_minutes(code: int, text: str):
    stage = trading_keeper(policy=FOLLOWS)
    stage.buys()
    order = refused(stage, stage.order(), text, code)
    assert (str(order.price), order.trail) == (FLOOR, None)
    stage.desk.tell(stage.accepts(order), stage.gateway)
    for _ in range(58):
        stage.desk.advance(10)
        stage.answers()
    stage.gateway.nothing(CancelSellOrder)
    for _ in range(16):
        stage.desk.advance(10)
        stage.answers()
    cancelled(stage)
    assert stage.order().trail == Trail(150, STOP)


def test_one_that_the_exchange_ended_unsold_is_a_limit():
    stage = trading_keeper(policy=FOLLOWS)
    stage.selling()
    stage.desk.tell(OrderReported(stage.memory.turned(9001, "EXPIRED"), None))
    order = stage.order()
    assert (str(order.price), order.trail) == (FLOOR, None)


def test_a_nearer_lot_takes_the_slot_of_the_farthest_and_none_is_without_a_sell_for_longer_than_a_cancel():
    stage = starting_keeper(policy=FOLLOWS)
    stage.loaded()
    stage.market(replace(PAIR, filters=(*PAIR.filters, MaxNumAlgoOrders(1))))
    stage.answers()
    first = stage.selling()
    assert first.trail is not None
    stage.buys(at="50000", order_id=7002, trade_id=102)
    second = stage.order()
    assert second.trail is None  # no slot is free: it stands at its floor at once
    stage.desk.tell(stage.accepts(second, 9002), stage.gateway)
    assert cancelled(stage).client_id == first.client_id
    first = stage.order()
    assert (str(first.price), first.trail) == (FLOOR, None)
    assert cancelled(stage).client_id == second.client_id
    second = stage.order()
    assert second.trail is not None
    stage.desk.tell(stage.accepts(first, 9003), stage.gateway)
    stage.desk.tell(stage.accepts(second, 9004), stage.gateway)
    stage.gateway.nothing(CancelSellOrder)
    stage.gateway.nothing(PlaceSellOrder)


def test_another_distance_after_a_restart_replaces_it_and_the_same_does_not():
    before = trading_keeper(policy=FOLLOWS)
    before.selling()
    same = trading_keeper(before.written(), policy=FOLLOWS, memory=before.memory, incarnation=2)
    same.gateway.nothing(CancelSellOrder)
    other = replace(FOLLOWS, trailing_bips=300)
    stage = trading_keeper(before.written(), policy=other, memory=before.memory, incarnation=2)
    cancelled(stage)
    order = stage.order()
    assert order.trail is not None
    assert order.trail.delta == 300


def test_with_a_lost_database_it_is_known_by_what_the_exchange_tells():
    before = trading_keeper(policy=FOLLOWS)
    order = before.selling()
    stage = trading_keeper(policy=FOLLOWS, memory=before.memory, incarnation=2)
    stage.gateway.nothing(CancelSellOrder)
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.book.lots[7001].orders[0].trail == order.trail


def test_a_pair_on_which_no_lot_can_follow_is_warned_of_once(caplog: pytest.LogCaptureFixture):
    stage = starting_keeper(policy=FOLLOWS)
    stage.loaded()
    pair = replace(PAIR, filters=(*PAIR.filters, TrailingDelta(200, 2000, 200, 2000)))
    stage.market(pair)
    stage.answers()
    assert stage.selling().trail is None
    stage.desk.advance(601)
    again = stage.gateway.pop(FetchMarket)
    stage.desk.tell(MarketFetched(again.request_id, pair, COMMISSION), stage.gateway)
    told = [line.getMessage() for line in caplog.records if "follows the price" in line.getMessage()]
    assert told == [
        f"{SYMBOL}: no lot follows the price: distance_pct is 1.5, and the exchange takes 2 to 20 (TRAILING_DELTA); "
        "all stand as LIMIT orders at their floors (exit.trailing)"
    ]
