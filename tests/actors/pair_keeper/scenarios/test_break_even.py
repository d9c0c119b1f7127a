"""SELLs with a stop at break-even: the bid that arms them, lost wake-ups, refusals, restarts."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.orders.stop_leg import StopPrices
from lotkeeper.trading.policy import ExitPolicy
from messages.lifecycle import ChangePolicy, PairSettings
from messages.orders import CancelSellOrder, PlaceSellOrder, SellCanceled
from messages.prices import BidReached, WatchBid
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL
from tests.actors.pair_keeper.scenarios.test_stop_loss import STOP_ID, TARGET_ID, accepts, becomes, sell_of
from tests.actors.stage import BUY_ID, Stage, trading_keeper

POLICY = ExitPolicy(D(5), break_even_gain_pct=D(2), break_even_limit_pct=D("0.5"))
# 60 USDT for 0.001: armed at 61200; 60 / (0.001 * 0.999) = 60060.06..., so 60060.07; 60060.07 * 0.995 = 59759.769...
LEVEL, STOP = D(61200), StopPrices(D("60060.07"), D("59759.77"))
LIMIT_ID = 8001


def standing(policy: ExitPolicy = POLICY) -> Stage:
    """The lot's LIMIT stands, and the keeper has asked about the bid."""
    stage = trading_keeper(policy=policy)
    stage.buys()
    order = stage.order()
    assert order.stop is None
    stage.desk.tell(stage.accepts(order, LIMIT_ID), stage.gateway)
    stage.desk.advance(1.0)
    return stage


def watched(stage: Stage) -> list[D | None]:
    """The levels that were asked for since the last time."""
    prices = stage.probes["prices"]
    found = [each.level for each in prices.received if isinstance(each, WatchBid)]
    prices.received.clear()
    return found


def reaches(stage: Stage, bid: str, ago_ms: int = 0) -> None:
    at_ms = stage.desk.actor.wall_ms() - ago_ms
    stage.desk.tell(BidReached(SYMBOL, LEVEL, D(bid), at_ms), stage.probes["prices"])


def cancelled(stage: Stage) -> PlaceSellOrder:
    """The LIMIT is cancelled as the keeper asked for; what it places then."""
    cancel = stage.gateway.pop(CancelSellOrder)
    assert cancel.order_id == LIMIT_ID
    ended = replace(stage.memory.turned(LIMIT_ID, "CANCELED"), cancel_id=cancel.cancel_id)
    stage.desk.tell(SellCanceled(SYMBOL, cancel.client_id, ended, ()), stage.gateway)
    return stage.order()


def armed() -> Stage:
    """The order list stands."""
    stage = standing()
    reaches(stage, "61250")
    stage.desk.tell(accepts(stage, cancelled(stage)), stage.gateway)
    return stage


def test_the_keeper_asks_for_the_level_and_not_for_prices():
    stage = standing()
    assert watched(stage) == [LEVEL]
    stage.desk.advance(20.0)
    assert watched(stage) == []
    stage.desk.advance(20.0)
    assert watched(stage) == [LEVEL]  # else it would count as dead


def test_without_the_policy_nothing_is_asked():
    stage = standing(ExitPolicy(D(5)))
    stage.desk.advance(100.0)
    assert watched(stage) == []


def test_when_the_bid_is_there_the_limit_becomes_an_order_list():
    stage = standing()
    reaches(stage, "61250")
    order = cancelled(stage)
    assert (order.price, order.stop) == (D("63063.07"), STOP)  # 63 / (0.001 * 0.999) = 63063.06...
    stage.desk.tell(accepts(stage, order), stage.gateway)
    assert sell_of(stage).order_ids == (TARGET_ID, STOP_ID)
    assert stage.book.lots[BUY_ID].break_even_ms == stage.desk.actor.wall_ms()
    watched(stage)
    stage.desk.advance(100.0)
    assert watched(stage) == []


def test_the_same_news_twice_changes_nothing():
    stage = armed()
    before = stage.book.lots[BUY_ID]
    reaches(stage, "61250")
    assert stage.book.lots[BUY_ID] == before
    stage.gateway.nothing(CancelSellOrder)
    stage.gateway.nothing(PlaceSellOrder)


def test_a_bid_below_the_level_arms_nothing_and_the_level_is_asked_for_again():
    """A late answer to an earlier question."""
    stage = standing()
    watched(stage)
    reaches(stage, "61199.99")
    assert stage.book.lots[BUY_ID].break_even_ms is None
    assert watched(stage) == [LEVEL]


def test_a_price_from_before_the_buy_arms_nothing_and_it_is_asked_again_a_while_later():
    stage = standing()
    watched(stage)
    reaches(stage, "61250", ago_ms=stage.desk.actor.wall_ms() - NOW_MS + 60_000)
    assert stage.book.lots[BUY_ID].break_even_ms is None
    assert watched(stage) == []
    stage.desk.advance(6.0)
    assert watched(stage) == [LEVEL]


def test_a_new_broadcaster_is_asked_at_once():
    stage = standing()
    watched(stage)
    stage.reborn("prices")
    assert watched(stage) == [LEVEL]


def test_the_bid_may_have_fallen_before_the_cancel_is_answered():
    """The exchange refuses the list then; the LIMIT stands again, and only another bid brings the stop."""
    stage = standing()
    reaches(stage, "61250")
    order = cancelled(stage)
    text = "The relationship of the prices for the orders is not correct."
    stage.desk.tell(stage.refuses(order, -2010, text), stage.gateway)
    limit = stage.order()
    assert limit.stop is None
    stage.desk.tell(stage.accepts(limit, LIMIT_ID + 1), stage.gateway)
    watched(stage)
    stage.desk.advance(9.0)
    assert watched(stage) == []
    stage.desk.advance(3.0)
    assert watched(stage) == [STOP.trigger + D("0.01")]
    stage.desk.advance(300.0)
    stage.answers()
    stage.gateway.nothing(CancelSellOrder)
    reaches(stage, "60100")
    assert stage.gateway.pop(CancelSellOrder).order_id == LIMIT_ID + 1


def test_a_cancel_that_takes_long_leads_to_a_limit_and_the_stop_follows_with_the_next_bid():
    stage = standing()
    reaches(stage, "61250")
    stage.desk.advance(11.0)
    order = cancelled(stage)
    assert order.stop is None
    stage.desk.tell(stage.accepts(order, LIMIT_ID + 1), stage.gateway)
    watched(stage)
    stage.desk.advance(6.0)
    assert watched(stage) == [STOP.trigger + D("0.01")]


def test_after_a_restart_the_lot_is_still_armed():
    before = standing()
    reaches(before, "61250")  # and the keeper dies before the cancel is answered
    lot = before.written()
    assert lot.break_even_ms is not None
    (order,) = lot.orders
    unsent = replace(lot, orders=(replace(order, state=OrderState.OPEN),))
    stage = trading_keeper(unsent, policy=POLICY, memory=before.memory, incarnation=2)
    stage.gateway.nothing(CancelSellOrder)  # where the bid is now, nobody has said yet
    stage.desk.advance(1.0)
    assert watched(stage) == [STOP.trigger + D("0.01")]
    reaches(stage, "60060.08")
    assert cancelled(stage).stop == STOP


def test_a_restart_with_the_database_changes_nothing():
    before = armed()
    stage = trading_keeper(before.written(), policy=POLICY, memory=before.memory, incarnation=2)
    assert sell_of(stage) == sell_of(before)
    stage.gateway.nothing(PlaceSellOrder)
    stage.gateway.nothing(CancelSellOrder)


def test_without_the_database_the_stop_on_the_exchange_tells_that_the_lot_is_armed():
    before = armed()
    stage = trading_keeper(policy=POLICY, memory=before.memory, incarnation=2)
    assert (sell_of(stage).order_ids, sell_of(stage).stop.prices) == ((TARGET_ID, STOP_ID), STOP)
    stage.desk.advance(40.0)
    assert watched(stage) == []
    stage.gateway.nothing(CancelSellOrder)


def test_without_the_database_and_without_a_stop_the_lot_waits_for_its_level_again():
    before = standing()
    stage = trading_keeper(policy=POLICY, memory=before.memory, incarnation=2)
    stage.desk.advance(1.0)
    assert watched(stage) == [LEVEL]


def test_the_stop_sells_and_the_lot_is_closed():
    stage = armed()
    becomes(stage, TARGET_ID, "EXPIRED")
    stage.desk.advance(130)
    stage.answers()
    assert sell_of(stage).stop.is_triggered
    stage.gateway.nothing(PlaceSellOrder)


@pytest.mark.parametrize("gain", ["0", "1"])
def test_a_change_of_the_configuration_asks_for_another_level_or_none(gain):
    stage = standing()
    watched(stage)
    policy = replace(POLICY, break_even_gain_pct=D(gain))
    stage.desk.tell(ChangePolicy(PairSettings(SYMBOL, policy)), stage.desk.probe("supervisor"))
    stage.desk.advance(1.0)
    assert watched(stage) == [D(60600) if gain == "1" else None]
