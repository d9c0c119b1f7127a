"""SELLs that the exchange ends by itself before they sell anything, one after the other: self-trade prevention."""

from dataclasses import replace

import pytest

from lotkeeper.trading.lots.attempts import setbacks
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.states import OrderState
from messages.account import OrderReported
from messages.orders import PlaceSellOrder
from messages.pair_commands import ResumePair
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.stage import BUY_ID, Stage, starting_keeper, trading_keeper

OWN_BUY = (
    "the exchange ends SELLs at its price, which would trade with an order of your own (self-trade prevention): cancel "
    "your BUY that stands at its price or above"
)


def expire(stage: Stage, status: str = "EXPIRED_IN_MATCH") -> int:
    """The exchange takes each SELL that was sent and ends it at once; how many."""
    sent = [each for each in stage.gateway.received if isinstance(each, PlaceSellOrder)]
    for order in sent:
        stage.gateway.received.remove(order)
        order_id = 9001 + len(stage.memory.orders)
        reply = stage.accepts(order, order_id)
        ended = replace(reply.report, status=status)
        stage.memory.keep(ended)
        stage.desk.tell(OrderReported(ended, None))
        stage.desk.tell(replace(reply, report=ended), stage.gateway)
    return len(sent)


def expire_for(stage: Stage, seconds: int, step_s: int = 1) -> int:
    """The same for so long; how many SELLs were sent."""
    sent = expire(stage)
    for _ in range(seconds // step_s):
        stage.desk.advance(step_s)
        stage.answers()
        sent += expire(stage)
    return sent


def test_it_is_placed_again_at_once_and_then_ever_more_seldom():
    stage = trading_keeper()
    stage.buys()
    assert expire(stage) == 1
    assert expire(stage) == 1
    stage.gateway.nothing(PlaceSellOrder)
    assert expire_for(stage, 1800) <= 13  # after two, four, eight seconds ..., then every five minutes


@pytest.mark.parametrize("ahead_ms", [-3_600_000, 3_600_000])
def test_a_clock_of_the_exchange_that_is_an_hour_off_changes_nothing(ahead_ms):
    stage = starting_keeper()
    stage.loaded()
    stage.market(exchange_ahead_ms=ahead_ms)
    stage.answers()
    stage.buys()
    for _ in range(600):
        for order in [each for each in stage.gateway.received if isinstance(each, PlaceSellOrder)]:
            stage.gateway.received.remove(order)
            reply = stage.accepts(order, 9001 + len(stage.memory.orders))
            at_ms = stage.desk.actor.wall_ms() + ahead_ms
            ended = replace(reply.report, status="EXPIRED_IN_MATCH", time_ms=at_ms, created_ms=at_ms)
            stage.memory.keep(ended)
            stage.desk.tell(replace(reply, report=ended), stage.gateway)
        stage.desk.advance(1.0)
        stage.answers()
    assert 9 <= setbacks(stage.book.lots[BUY_ID]) <= 12


def test_a_day_of_it_costs_what_an_hour_does():
    stage = trading_keeper()
    stage.buys()
    sent = expire_for(stage, 5400, step_s=10)
    lot = stage.book.lots[BUY_ID]
    assert setbacks(lot) == sent
    assert len(lot.orders) <= 4  # those of ten minutes
    assert len(stage.book.lots.index.lot_of_order) <= 4
    unresolved = stage.core.collaborators.unresolved
    assert max(map(len, (unresolved._sent_s, unresolved._left_by_ms, unresolved.witness._known_ms))) <= 1
    assert len(stage.written().orders) == len(lot.orders)


def test_a_late_copy_of_an_old_one_changes_nothing():
    stage = trading_keeper()
    stage.buys()
    expire_for(stage, 2400, step_s=10)
    lot = stage.book.lots[BUY_ID]
    oldest = stage.memory.orders[9001 + 1]
    stage.desk.tell(OrderReported(oldest, None))
    stage.answers()
    assert stage.book.lots[BUY_ID] == lot
    assert stage.last_report().watch_only == ""


@pytest.mark.parametrize(
    ("status", "reason"),
    [("EXPIRED_IN_MATCH", OWN_BUY), ("EXPIRED", "the exchange ends SELLs at its price by itself")],
)
def test_the_status_says_what_has_no_sell_and_what_to_do(status, reason):
    stage = trading_keeper()
    stage.buys()
    for _ in range(120):
        expire(stage, status)
        stage.desk.advance(1.0)
    lot = stage.written()
    assert (lot.state, lot.reason) == (LotState.PARKED, reason)
    told = stage.last_report().uncovered
    assert (told.lots, told.lot, told.quantity) == (1, f"{SYMBOL}-{BUY_ID}", lot.remainder)
    assert (told.reason, told.command) == (reason, f"lotkeeper resume {SYMBOL}")


def test_a_person_who_has_mended_it_has_a_sell_tried_at_once():
    stage = trading_keeper()
    stage.buys()
    expire_for(stage, 600)
    stage.gateway.nothing(PlaceSellOrder)
    stage.desk.advance(1.0)
    stage.desk.tell(ResumePair(SYMBOL), stage.desk.probe("a person"))
    stage.desk.tell(stage.accepts(stage.order(), 9999), stage.gateway)
    assert stage.book.lots[BUY_ID].orders[-1].state is OrderState.OPEN
    assert stage.last_report().uncovered is None


# Many lots


def lots(stage: Stage, count: int) -> None:
    for number in range(count):
        stage.buys(order_id=7001 + number, trade_id=101 + number)


def test_one_sell_of_the_pair_is_tried_now_and_then_whatever_the_number_of_lots():
    stage = trading_keeper()
    lots(stage, 10)
    expire_for(stage, 60)
    assert expire_for(stage, 1800, step_s=5) <= 12
    stage.buys(order_id=8001, trade_id=501)
    stage.gateway.nothing(PlaceSellOrder)
    waiting = stage.book.lots[8001]
    assert (waiting.state, waiting.reason) == (LotState.PARKED, OWN_BUY)


def test_a_sell_above_their_price_is_not_concerned():
    stage = trading_keeper()
    lots(stage, 3)
    expire_for(stage, 600, step_s=5)
    stage.buys(at="61000", order_id=8001, trade_id=501)
    assert stage.order().client_id == "lk1-669-1"


def test_all_are_sold_once_one_stands():
    stage = trading_keeper()
    lots(stage, 5)
    expire_for(stage, 600, step_s=5)
    sold = set()
    for _ in range(310):
        stage.desk.advance(1.0)
        for order in [each for each in stage.gateway.received if isinstance(each, PlaceSellOrder)]:
            stage.gateway.received.remove(order)
            sold.add(order.client_id.rsplit("-", 1)[0])
            stage.desk.tell(stage.accepts(order, 20_000 + len(sold)), stage.gateway)
    assert len(sold) == 5
    assert stage.last_report().uncovered is None
