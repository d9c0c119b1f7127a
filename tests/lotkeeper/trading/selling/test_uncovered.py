"""What stands in no SELL on the book."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import HoldReason, LotState
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.policy import ExitPolicy, Market, OnPartial
from lotkeeper.trading.selling.uncovered import uncovered_quantity, why_uncovered
from tests.actors.stage import PAIR, POLICY
from tests.persistence.lots import lot, order, sold

MARKET = Market(PAIR, D("0.001"))
ALL = D("0.4995")  # what the lot of 7 received


def uncovered(each: Lot, policy: ExitPolicy = POLICY, market: Market = MARKET) -> D:
    return uncovered_quantity(each, market, policy)


@pytest.mark.parametrize("state", [LotState.OPEN, LotState.PARKED, LotState.QUEUED])
def test_what_has_no_sell_is_uncovered_whatever_the_reason(state):
    assert uncovered(lot(7, orders=(), state=state)) == ALL
    halted = replace(MARKET, pair=replace(PAIR, status="HALT"))
    assert uncovered(lot(7, orders=(), state=state), market=halted) == ALL
    assert uncovered(lot(7, orders=(), state=state), market=replace(MARKET, sell_rate=D(1))) == ALL


@pytest.mark.parametrize("state", [OrderState.OPEN, OrderState.PARTIALLY_FILLED, OrderState.CANCELING])
def test_a_sell_on_the_book_covers(state):
    whole = order(7, state=state, quantity=ALL)
    assert uncovered(lot(7, orders=(whole,))) == 0
    assert uncovered(sold(7)) == 0


@pytest.mark.parametrize("state", [OrderState.PLACING, OrderState.UNKNOWN])
def test_a_sell_without_an_answer_is_not_known_to_stand(state):
    waiting = lot(7, orders=(order(7, state=state, order_id=None),))
    assert uncovered(waiting) > 0
    assert why_uncovered(waiting).command == "lotkeeper resolve lk1-7-1"


def test_dust_is_not_enough_for_an_order():
    large = replace(PAIR, size=replace(PAIR.size, least=D(1)))
    assert uncovered(lot(7, orders=()), market=replace(MARKET, pair=large)) == 0


def test_what_a_person_or_the_configuration_holds_back_is_wanted_so():
    for hold in (HoldReason.CANCELLED_BY_HAND, HoldReason.AMENDED_BY_HAND, HoldReason.RELEASING):
        assert uncovered(lot(7, orders=(), state=LotState.HELD, hold=hold)) == 0
    perhaps = lot(7, orders=(), state=LotState.HELD, hold=HoldReason.PERHAPS_SOLD, reason="perhaps sold")
    assert uncovered(perhaps) == ALL
    assert why_uncovered(perhaps).command == "lotkeeper resume BTCUSDT"
    unfinished = lot(7, orders=(), buy_ended=False)
    assert uncovered(unfinished, replace(POLICY, on_partial=OnPartial.COMPLETE)) == 0
    assert uncovered(unfinished) == ALL


def test_why():
    parked = lot(7, orders=(), state=LotState.PARKED, reason="the floor is too high")
    assert (why_uncovered(parked).reason, why_uncovered(parked).command) == (
        "the floor is too high",
        "lotkeeper explain BTCUSDT-7",
    )
    assert why_uncovered(lot(7, orders=(), reason="")).reason == "its SELL is being decided"
