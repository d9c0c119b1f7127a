"""Lots that a person takes away, at a keeper's desk."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.engine.testkit import Probe
from lotkeeper.trading.lots.states import HoldReason, LotState
from lotkeeper.trading.lots.transfers import DisposalKind
from lotkeeper.trading.orders.fills import Side
from messages.account import OrderReported
from messages.control import CommandDone, CommandRefused
from messages.orders import CancelSellOrder, PlaceSellOrder, SellCanceled, SellOutcomeUnknown
from messages.pair_commands import PausePair, ReleaseLot, ResumePair
from tests.actors.gateway.exchange_memory import SYMBOL, report
from tests.actors.stage import Stage, trading_keeper


def releases(stage: Stage, *, dry: bool = False, lot: str = f"{SYMBOL}-7001") -> Probe:
    person = stage.desk.probe(f"a person ({len(stage.sent)})")
    stage.desk.tell(ReleaseLot(SYMBOL, lot, dry), person)
    return person


def test_a_dry_run_says_what_is_taken_back():
    stage = trading_keeper()
    order = stage.selling()
    text = releases(stage, dry=True).pop(CommandDone).text
    assert order.client_id in text
    assert "0.001 BTC is no longer kept" in text
    stage.gateway.nothing(CancelSellOrder)


def test_a_lot_is_released_when_its_sell_is_off_the_book():
    stage = trading_keeper()
    order = stage.selling()
    releases(stage).pop(CommandDone)
    cancel = stage.gateway.pop(CancelSellOrder)
    assert (stage.written().state, stage.written().hold) == (LotState.HELD, HoldReason.RELEASING)
    stage.desk.tell(ResumePair(SYMBOL))
    stage.gateway.nothing(PlaceSellOrder)
    ended = replace(stage.memory.turned(9001, "CANCELED"), cancel_id=cancel.cancel_id)
    stage.desk.tell(SellCanceled(SYMBOL, order.client_id, ended), stage.gateway)
    lot = stage.written()
    assert (lot.state, lot.remainder, lot.reason) == (LotState.CLOSED, 0, "it was released")
    assert [(each.kind, each.quantity) for each in lot.disposals] == [(DisposalKind.RELEASED, D("0.001"))]
    stage.desk.advance(400)
    stage.gateway.nothing(PlaceSellOrder)


def test_a_lot_released_while_the_gateway_is_gone_has_its_sell_taken_back_by_the_next():
    stage = trading_keeper()
    stage.selling()
    stage.lost("gateway")
    releases(stage).pop(CommandDone)
    later = stage.reborn("gateway")
    assert later.pop(CancelSellOrder).order_id == 9001


def test_a_lot_is_released_in_a_paused_pair_too():
    stage = trading_keeper()
    stage.selling()
    stage.desk.tell(PausePair(SYMBOL))
    releases(stage).pop(CommandDone)
    assert stage.gateway.pop(CancelSellOrder).order_id == 9001


def test_what_was_sold_before_the_cancel_arrived_is_sold():
    stage = trading_keeper()
    stage.selling()
    releases(stage)
    stage.desk.tell(stage.sold())
    lot = stage.written()
    assert (lot.state, lot.sold, lot.disposals) == (LotState.CLOSED, D("0.001"), ())


def test_a_lot_without_a_sell_is_released_at_once_and_only_once():
    stage = trading_keeper()
    stage.selling()
    stage.desk.tell(OrderReported(replace(stage.memory.turned(9001, "CANCELED"), cancel_id="web"), None))
    releases(stage).pop(CommandDone)
    assert stage.written().state is LotState.CLOSED
    assert "is no open lot" in releases(stage).pop(CommandRefused).text


@pytest.mark.parametrize("end", ["CANCELED", "FILLED"])
def test_a_lot_whose_buy_still_fills_is_released_only_after_its_end(end):
    """What it buys later would be a lot again, and sold."""
    stage = trading_keeper()
    stage.buys(status="PARTIALLY_FILLED", executed="0.001")
    stage.desk.tell(stage.accepts(stage.order()), stage.gateway)
    for dry in (True, False):
        text = releases(stage, dry=dry).pop(CommandRefused).text
        assert "BUY order 7001 may still fill" in text
    stage.gateway.nothing(CancelSellOrder)
    stage.desk.tell(OrderReported(report(7001, "web-7001", Side.BUY, end, "0.001", "0.001", "60000"), None))
    releases(stage).pop(CommandDone)
    assert stage.gateway.pop(CancelSellOrder).order_id == 9001


def test_a_lot_that_is_not_there_is_refused():
    assert "is no open lot" in releases(trading_keeper(), lot=f"{SYMBOL}-1").pop(CommandRefused).text


# A release is never lifted: neither by what a person does to its SELL, nor by a resume


def taken_by_hand(stage: Stage, order_id: int = 9001) -> OrderReported:
    """A person cancels the SELL on the exchange's own page; the event of it, not told yet."""
    return OrderReported(replace(stage.memory.turned(order_id, "CANCELED"), cancel_id="web_1"), None)


def shrunk_by_hand(stage: Stage, order_id: int = 9001, quantity: str = "0.0004") -> OrderReported:
    """A person makes the SELL smaller; the event of it, not told yet."""
    smaller = replace(stage.memory.orders[order_id], quantity=D(quantity), client_id="web_amend")
    stage.memory.keep(smaller)
    return OrderReported(smaller, None)


def is_released(stage: Stage) -> bool:
    lot = stage.written()
    return lot.state is LotState.CLOSED and [each.kind for each in lot.disposals] == [DisposalKind.RELEASED]


def resumes(stage: Stage) -> None:
    stage.desk.tell(ResumePair(SYMBOL), stage.desk.probe(f"a person ({len(stage.sent)})"))


def places_nothing_more(stage: Stage, gateway: Probe) -> None:
    """Neither at once nor in the minutes that follow, in which all is compared again."""
    gateway.nothing(PlaceSellOrder)
    stage.desk.advance(400)
    gateway.nothing(PlaceSellOrder)


def test_a_released_lot_whose_sell_is_cancelled_by_hand_while_the_gateway_is_away_stays_released():
    stage = trading_keeper()
    stage.selling()
    stage.lost("gateway")
    releases(stage).pop(CommandDone)
    stage.desk.tell(taken_by_hand(stage))
    resumes(stage)
    later = stage.reborn("gateway")
    resumes(stage)
    assert is_released(stage)
    places_nothing_more(stage, later)


@pytest.mark.parametrize("is_gateway_away", [True, False])
def test_a_released_lot_whose_sell_is_made_smaller_by_hand_stays_released(is_gateway_away):
    """With the Gateway there, our cancel is under way when the person amends."""
    stage = trading_keeper()
    order = stage.selling()
    if is_gateway_away:
        stage.lost("gateway")
    releases(stage).pop(CommandDone)
    stage.desk.tell(shrunk_by_hand(stage))
    resumes(stage)
    later = stage.reborn("gateway") if is_gateway_away else stage.gateway
    cancel = later.pop(CancelSellOrder)
    later.nothing(PlaceSellOrder)
    ended = replace(stage.memory.turned(9001, "CANCELED"), cancel_id=cancel.cancel_id)
    stage.desk.tell(SellCanceled(SYMBOL, order.client_id, ended), later)
    resumes(stage)
    assert is_released(stage)
    assert stage.written().disposals[0].quantity == D("0.001")
    places_nothing_more(stage, later)


@pytest.mark.parametrize("change", [taken_by_hand, shrunk_by_hand])
def test_a_released_lot_whose_sell_a_person_changes_while_the_service_is_down_stays_released(change):
    before = trading_keeper()
    before.selling()
    before.lost("gateway")
    releases(before).pop(CommandDone)
    change(before)
    stage = Stage(incarnation=2, memory=before.memory)
    resumes(stage)
    stage.loaded(before.written())
    stage.market()
    stage.answers()
    for cancel in [each for each in stage.gateway.received if isinstance(each, CancelSellOrder)]:
        ended = replace(stage.memory.turned(9001, "CANCELED"), cancel_id=cancel.cancel_id)
        stage.desk.tell(SellCanceled(SYMBOL, cancel.client_id, ended), stage.gateway)
    resumes(stage)
    assert is_released(stage)
    places_nothing_more(stage, stage.gateway)


def test_a_released_lot_of_a_paused_pair_stays_released_when_the_pair_is_resumed():
    stage = trading_keeper()
    stage.selling()
    stage.desk.tell(PausePair(SYMBOL))
    stage.lost("gateway")
    releases(stage).pop(CommandDone)
    stage.desk.tell(taken_by_hand(stage))
    later = stage.reborn("gateway")
    resumes(stage)
    assert is_released(stage)
    places_nothing_more(stage, later)


def test_what_a_released_lot_sells_after_a_cancel_by_hand_is_not_released():
    """A part was sold before the person's cancel arrived; only the rest is the owner's."""
    stage = trading_keeper()
    stage.selling()
    stage.lost("gateway")
    releases(stage).pop(CommandDone)
    stage.desk.tell(stage.sold(quantity="0.0004"))
    stage.desk.tell(taken_by_hand(stage))
    lot = stage.written()
    assert is_released(stage)
    assert (lot.sold, lot.disposals[0].quantity) == (D("0.0004"), D("0.0006"))
    places_nothing_more(stage, stage.reborn("gateway"))


def test_a_released_lot_whose_sell_never_arrived_is_not_sold_by_sending_it_again():
    """Its outcome is not known when the lot is released, and the exchange knows no such order."""
    stage = trading_keeper()
    stage.buys()
    order = stage.order()
    stage.desk.tell(SellOutcomeUnknown(SYMBOL, order.client_id, "no answer"), stage.gateway)
    releases(stage).pop(CommandDone)
    for _ in range(120):
        stage.answers()
        stage.desk.advance(0.5)
    assert is_released(stage)
    places_nothing_more(stage, stage.gateway)
