"""A person cancels open orders with `lotkeeper cancel`, at a keeper's desk."""

from dataclasses import replace
from decimal import Decimal as D

from lotkeeper.engine.testkit import Probe
from lotkeeper.trading.lots.states import HoldReason, LotState
from lotkeeper.trading.orders.fills import Side
from messages.account import OrderReported
from messages.control import CommandDone, CommandRefused
from messages.orders import CancelOutcomeUnknown, CancelRefused, CancelSellOrder, PlaceSellOrder, SellCanceled
from messages.pair_commands import CancelOrder, ResumePair
from tests.actors.gateway.exchange_memory import SYMBOL, report
from tests.actors.pair_keeper.scenarios.test_selling_by_instruction import is_cancelled, sells, wish
from tests.actors.stage import BUY_ID, Stage, starting_keeper, trading_keeper


def cancels(stage: Stage, order: str, *, dry: bool = False, why: str = "") -> Probe:
    person = stage.desk.probe(f"a person ({len(stage.sent)})")
    stage.desk.tell(CancelOrder(SYMBOL, order, "alice", why, dry), person)
    return person


def test_a_sell_is_cancelled_and_its_lot_held_until_the_pair_is_resumed():
    stage = trading_keeper()
    order = stage.selling()
    text = cancels(stage, order.client_id, dry=True).pop(CommandDone).text
    assert (
        text
        == f"SELL lk1-5eh-1 is cancelled; 0.001 BTC of lot {SYMBOL}-7001 stays unsold until `lotkeeper resume {SYMBOL}`"
    )
    stage.gateway.nothing(CancelSellOrder)
    cancels(stage, "9001", why="the news").pop(CommandDone)
    is_cancelled(stage)
    lot = stage.written()
    assert (lot.state, lot.hold) == (LotState.HELD, HoldReason.CANCELLED_BY_HAND)
    assert lot.reason == "its SELL was cancelled by alice: the news; resume the pair to sell it again"
    stage.gateway.nothing(PlaceSellOrder)
    stage.desk.tell(ResumePair(SYMBOL))
    assert stage.order().quantity == D("0.001")


def test_the_same_again_says_that_it_is_not_open_any_more():
    stage = trading_keeper()
    order = stage.selling()
    cancels(stage, order.client_id)
    assert "waits for an answer" in cancels(stage, order.client_id).pop(CommandRefused).text
    is_cancelled(stage)
    assert "is no open order" in cancels(stage, order.client_id).pop(CommandRefused).text


def test_a_sell_that_was_asked_for_is_withdrawn():
    stage = trading_keeper()
    stage.selling()
    sells(stage, wish("70000"))
    is_cancelled(stage)
    order = stage.order()
    stage.desk.tell(stage.accepts(order, 9002), stage.gateway)
    assert "is withdrawn" in cancels(stage, order.client_id).pop(CommandDone).text
    is_cancelled(stage, 9002)
    assert stage.order().price == D("60360.37")


def open_buy(stage: Stage) -> None:
    known = report(7002, "web-7002", Side.BUY, "NEW", "0.01", "0", "50000")
    stage.memory.keep(known)
    stage.desk.tell(OrderReported(known, None))


def test_a_buy_is_cancelled_when_the_exchange_says_so():
    stage = trading_keeper()
    open_buy(stage)
    assert "0.01 BTC not bought" in cancels(stage, "web-7002", dry=True).pop(CommandDone).text
    person = cancels(stage, "web-7002")
    cancel = stage.gateway.pop(CancelSellOrder)
    assert (cancel.order_id, cancel.cancel_id) == (7002, "lkx-5ei")
    person.nothing(CommandDone)
    ended = replace(stage.memory.turned(7002, "CANCELED"), cancel_id=cancel.cancel_id)
    stage.desk.tell(SellCanceled(SYMBOL, "web-7002", ended), stage.gateway)
    assert person.pop(CommandDone).text == "BUY web-7002 is cancelled; it had bought 0 of 0.01 BTC"
    assert stage.last_report().open_buys == ()
    assert BUY_ID not in stage.book.lots


def test_a_cancel_of_a_buy_that_is_refused_or_not_answered_is_said():
    stage = trading_keeper()
    open_buy(stage)
    person = cancels(stage, "7002")
    stage.desk.tell(CancelRefused(SYMBOL, "web-7002", -2011, "Unknown order sent."), stage.gateway)
    assert "was not cancelled: Unknown order sent." in person.pop(CommandRefused).text
    person = cancels(stage, "7002")
    stage.desk.tell(CancelOutcomeUnknown(SYMBOL, "web-7002", "no answer"), stage.gateway)
    assert "nobody knows yet" in person.pop(CommandRefused).text
    stage.desk.advance(60)


def test_before_the_book_is_open_nothing_is_cancelled():
    assert "is still loading" in cancels(starting_keeper(), "7002").pop(CommandRefused).text


def test_nothing_is_cancelled_where_the_person_saw_something_else():
    stage = trading_keeper()
    order = stage.selling()
    person = stage.desk.probe("a person")
    shown = f"SELL {order.client_id} is cancelled; 0.002 BTC of lot {SYMBOL}-7001 stays unsold"
    stage.desk.tell(CancelOrder(SYMBOL, order.client_id, "alice", "", False, shown), person)
    assert "what was shown has changed; now: SELL lk1-5eh-1 is cancelled; 0.001 BTC" in person.pop(CommandRefused).text
    stage.gateway.nothing(CancelSellOrder)
