"""SELLs that the keeper takes back itself: with the care of a SELL that it places."""

from dataclasses import replace
from decimal import Decimal as D
from itertools import pairwise

import pytest

from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.client_ids import SellName, client_order_id
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.recovery.questions import OrderById
from messages.account import OrderReported
from messages.orders import (
    CancelOutcomeUnknown,
    CancelRefused,
    CancelSellOrder,
    PlaceSellOrder,
    SellCanceled,
    SellFenced,
)
from messages.queries import OrdersFetched
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.stage import POLICY, Stage, starting_keeper, trading_keeper
from tests.lotkeeper.trading import make

TWO = replace(POLICY, max_sells=2)


def part(stage: Stage, number: int, quantity: str = "0.001", *, ends: bool = False) -> None:
    """The BUY fills in one more part."""
    executed = str(D("0.001") * (number - 1) + D(quantity))
    status = "FILLED" if ends else "PARTIALLY_FILLED"
    stage.buys(quantity, trade_id=100 + number, executed=executed, status=status)


def placed(stage: Stage, order_id: int) -> PlaceSellOrder:
    order = stage.order()
    stage.desk.tell(stage.accepts(order, order_id), stage.gateway)
    return order


def with_two_sells(ends: bool = True) -> tuple[Stage, CancelSellOrder]:
    """A lot with as many SELLs as it may have, and one part more: the smallest SELL has to go."""
    stage = trading_keeper(policy=TWO, incarnation=5)
    part(stage, 1)
    placed(stage, 9001)
    part(stage, 2)
    placed(stage, 9002)
    part(stage, 3, ends=ends)
    stage.gateway.nothing(PlaceSellOrder)
    return stage, stage.gateway.pop(CancelSellOrder)


def taken_back(stage: Stage, message: CancelSellOrder) -> SellCanceled:
    """The exchange does it: from then on the order bears the cancel's id."""
    stage.memory.turned(message.order_id, "CANCELED")
    report = replace(stage.memory.orders[message.order_id], cancel_id=message.cancel_id)
    stage.memory.orders[message.order_id] = replace(report, client_id=message.cancel_id, cancel_id="")
    return SellCanceled(SYMBOL, message.client_id, report)


def test_the_cancel_names_order_lot_and_keeper():
    _, message = with_two_sells()
    assert (message.symbol, message.incarnation, message.order_id) == (SYMBOL, 5, 9001)
    assert (message.client_id, message.cancel_id) == ("lk1-5eh-1", "lk1-5eh-1-x")


def test_a_third_part_is_sold_together_with_the_smallest_sell():
    stage, message = with_two_sells()
    stage.desk.tell(taken_back(stage, message), stage.gateway)
    order = stage.order()
    assert (order.client_id, order.quantity) == ("lk1-5eh-3", D("0.002"))
    assert stage.written().state is LotState.SELLING  # and not held: no person cancelled it


def test_sells_that_bear_the_whole_profit_are_taken_back_together_when_the_buy_ends():
    stage = trading_keeper(policy=replace(POLICY, min_net_profit=D(3)))
    part(stage, 1)
    first = placed(stage, 9001)
    stage.buys("0.0008", trade_id=102, executed="0.0018", status="PARTIALLY_FILLED")
    second = placed(stage, 9002)
    stage.buys("0.0002", trade_id=103, executed="0.002")
    stage.gateway.nothing(PlaceSellOrder)
    cancels = [stage.gateway.pop(CancelSellOrder) for _ in range(2)]
    assert [each.order_id for each in cancels] == [9001, 9002]
    stage.desk.tell(taken_back(stage, cancels[1]), stage.gateway)
    stage.gateway.nothing(PlaceSellOrder)  # the other one's coins are not known to be free
    stage.desk.tell(taken_back(stage, cancels[0]), stage.gateway)
    order = stage.order()
    assert order.quantity == D("0.002")
    assert order.price < second.price < first.price


def test_while_the_buy_goes_on_a_small_part_waits_for_more():
    stage = trading_keeper(policy=TWO)
    part(stage, 1)
    placed(stage, 9001)
    part(stage, 2)
    placed(stage, 9002)
    part(stage, 3, "0.0005")
    stage.gateway.nothing(CancelSellOrder)
    assert stage.last_report().unprotected == D("0.0005")
    stage.buys("0.0005", trade_id=104, executed="0.003", status="PARTIALLY_FILLED")
    assert stage.gateway.pop(CancelSellOrder).order_id == 9001


def test_the_lot_waits_for_its_cancel_and_others_go_on():
    stage, _ = with_two_sells(ends=False)
    part(stage, 4)
    stage.gateway.nothing(PlaceSellOrder)
    stage.gateway.nothing(CancelSellOrder)
    stage.buys("0.001", order_id=7002, trade_id=201)
    assert stage.order().client_id == "lk1-5ei-1"


def test_the_event_may_come_before_the_reply():
    stage, message = with_two_sells()
    reply = taken_back(stage, message)
    stage.desk.tell(OrderReported(reply.report, None))
    assert stage.order().quantity == D("0.002")
    stage.desk.tell(reply, stage.gateway)
    stage.gateway.nothing(PlaceSellOrder)


def test_what_was_sold_before_the_cancel_is_not_offered_again():
    stage, message = with_two_sells()
    stage.desk.tell(stage.sold(9001, quantity="0.0004"))
    stage.desk.tell(taken_back(stage, message), stage.gateway)
    assert stage.order().quantity == D("0.0016")


def test_a_sell_that_is_filled_before_its_cancel_arrives():
    stage, message = with_two_sells()
    stage.sold(9001)
    stage.desk.tell(CancelRefused(SYMBOL, message.client_id, -2011, "Unknown order sent."), stage.gateway)
    assert stage.questions() == [OrderById(9001)]
    stage.answers()
    assert stage.order().quantity == D("0.001")  # the third part, in the room that the filled one left


@pytest.mark.parametrize("code", [0, -2011])
def test_a_refused_cancel_is_tried_again_later_and_never_at_once(code):
    stage, message = with_two_sells()
    stage.desk.tell(CancelRefused(SYMBOL, message.client_id, code, "no"), stage.gateway)
    stage.answers()
    stage.gateway.nothing(CancelSellOrder)
    for _ in range(8):
        stage.desk.advance(1)
        stage.answers()
    assert stage.gateway.pop(CancelSellOrder) == replace(message, sent_ms=message.sent_ms + 7_000)
    assert stage.written().orders[0].state is OrderState.CANCELING


def test_a_cancel_that_is_refused_again_and_again_is_sent_and_asked_about_ever_more_seldom():
    stage, message = with_two_sells()
    cancels, asked = [0.0], 0
    stage.desk.tell(CancelRefused(SYMBOL, message.client_id, -1234, "No cancels today."), stage.gateway)
    for second in range(1, 3601):
        asked += len(stage.answers())
        stage.desk.advance(1)
        for each in [each for each in stage.gateway.received if isinstance(each, CancelSellOrder)]:
            stage.gateway.received.remove(each)
            cancels.append(second)
            refusal = CancelRefused(SYMBOL, each.client_id, -1234, "No cancels today.")
            for _ in range(2):  # the reply, and a copy of it
                stage.desk.tell(refusal, stage.gateway)
    waits = [later - earlier for earlier, later in pairwise(cancels)]
    assert waits == sorted(waits)
    assert 300 <= waits[-1] <= 306
    assert len(cancels) <= 18
    assert asked <= 18 * 12 + 60  # and what the comparisons of an hour take
    (told,) = stage.last_report().unresolved
    assert told.what == "cancel"
    assert told.evidence.startswith(f"refused {len(cancels)} times: No cancels today.; the order stands; cancelled ")


def test_one_that_was_never_sent_does_not_make_it_wait_longer():
    stage, message = with_two_sells()
    sent = 1
    stage.desk.tell(CancelRefused(SYMBOL, message.client_id, 0, "not sent: the limit is used"), stage.gateway)
    for _ in range(60):
        stage.answers()
        stage.desk.advance(1)
        for each in [each for each in stage.gateway.received if isinstance(each, CancelSellOrder)]:
            stage.gateway.received.remove(each)
            sent += 1
            stage.desk.tell(CancelRefused(SYMBOL, each.client_id, 0, "not sent: the limit is used"), stage.gateway)
    assert sent >= 8


def test_a_cancel_without_an_answer_is_asked_about_until_it_cannot_be_alive():
    stage, message = with_two_sells()
    stage.desk.tell(CancelOutcomeUnknown(SYMBOL, message.client_id, "HTTP 504"), stage.gateway)
    assert stage.questions() == [OrderById(9001)]
    for _ in range(14):  # its window of 5 s and the exchange's 10 s
        stage.answers()
        stage.desk.advance(1)
        stage.gateway.nothing(CancelSellOrder)
        assert stage.written().orders[0].state is OrderState.CANCELING
    for _ in range(5):
        stage.answers()
        stage.desk.advance(1)
    assert stage.gateway.pop(CancelSellOrder).order_id == 9001


def test_it_is_asked_about_less_and_less_often():
    stage, message = with_two_sells()
    stage.desk.tell(CancelOutcomeUnknown(SYMBOL, message.client_id, "HTTP 504"), stage.gateway)
    asked = 0
    for _ in range(13):
        asked += stage.answers().count(OrderById(9001))
        stage.desk.advance(1)
    assert asked == 5  # at once, and after 1, 3, 7 and 12 seconds


def test_a_cancel_without_an_answer_that_did_arrive_is_found():
    stage, message = with_two_sells()
    taken_back(stage, message)
    stage.desk.tell(CancelOutcomeUnknown(SYMBOL, message.client_id, "HTTP 504"), stage.gateway)
    stage.answers()
    assert stage.order().quantity == D("0.002")
    assert stage.written().state is LotState.SELLING


def test_a_gateway_that_dies_with_a_cancel_in_hand():
    stage, message = with_two_sells()
    stage.lost("gateway")
    stage.reborn("gateway")
    assert OrderById(9001) in stage.questions()
    taken_back(stage, message)
    stage.answers()
    assert stage.order().quantity == D("0.002")


def test_a_keeper_that_dies_with_a_cancel_in_hand_knows_it_by_the_database():
    before, message = with_two_sells()
    taken_back(before, message)
    stage = starting_keeper(incarnation=6, policy=TWO, memory=before.memory)
    stage.loaded(before.written(), cursor=103)
    stage.market()
    stage.answers()
    assert stage.order().quantity == D("0.002")
    assert stage.written().state is LotState.SELLING


def test_a_keeper_that_dies_before_its_cancel_was_written_down_knows_it_by_its_name():
    before = trading_keeper(policy=TWO)
    part(before, 1)
    placed(before, 9001)
    part(before, 2)
    placed(before, 9002)
    noted = before.written()
    part(before, 3, ends=True)
    taken_back(before, before.gateway.pop(CancelSellOrder))
    stage = starting_keeper(incarnation=6, policy=TWO, memory=before.memory)
    stage.loaded(noted, cursor=102)
    stage.market()
    stage.answers()
    assert stage.order().quantity == D("0.002")
    assert stage.written().state is LotState.SELLING


def test_a_keeper_that_died_with_a_cancel_that_never_left_cancels_again():
    before, message = with_two_sells()
    stage = starting_keeper(incarnation=6, policy=TWO, memory=before.memory)
    stage.loaded(before.written(), cursor=103)
    stage.market()
    for _ in range(25):
        stage.answers()
        stage.desk.advance(1)
    assert stage.gateway.pop(CancelSellOrder).order_id == message.order_id


def test_a_person_who_cancels_still_holds_the_lot():
    stage, _ = with_two_sells()
    by_hand = replace(stage.memory.turned(9002, "CANCELED"), cancel_id="web_abc")
    stage.desk.tell(OrderReported(by_hand, None))
    assert stage.written().state is LotState.HELD


def test_a_person_who_makes_a_sell_smaller_holds_what_is_left():
    stage = trading_keeper()
    stage.selling()
    smaller = replace(stage.memory.orders[9001], quantity=D("0.0004"), client_id="amend_1")
    stage.desk.tell(OrderReported(smaller, None))
    lot = stage.written()
    assert (lot.state, lot.open_quantity, lot.remainder) == (LotState.HELD, D("0.0004"), D("0.0006"))
    stage.gateway.nothing(PlaceSellOrder)


def test_a_fenced_keeper_that_cancels_ends():
    stage, message = with_two_sells()
    stage.desk.tell(SellFenced(SYMBOL, message.client_id, 9), stage.gateway)
    assert stage.desk.exited


def test_an_answer_that_comes_after_all_is_settled_changes_nothing():
    stage, message = with_two_sells()
    stage.desk.tell(CancelOutcomeUnknown(SYMBOL, message.client_id, "HTTP 504"), stage.gateway)
    asked = stage.gateway.received[-1]
    stage.desk.tell(taken_back(stage, message), stage.gateway)
    placed(stage, 9003)
    stage.desk.tell(OrdersFetched(asked.request_id, (stage.memory.orders[9001],)), stage.gateway)
    stage.gateway.nothing(PlaceSellOrder)
    assert [order.state for order in stage.written().orders] == [OrderState.CANCELED, OrderState.OPEN, OrderState.OPEN]


@pytest.mark.parametrize("status", ["NEW", "FILLED"])
def test_a_sell_that_arrives_after_its_lot_was_finished_is_cancelled(status):
    """It stands on coins of other lots, at a price that may be under their floor."""
    stage = trading_keeper()
    finished = SellName(7001, 1)
    stage.book.lots.note_archived([finished.buy_order_id])
    stage.desk.tell(
        OrderReported(make.named_report(7001, 1, 9001, "0.001", "70000", status), fill=None),
        stage.probes["user_stream"],
    )
    if status == "FILLED":
        stage.gateway.nothing(CancelSellOrder)
    else:
        cancel = stage.gateway.pop(CancelSellOrder)
        assert (cancel.client_id, cancel.order_id) == (client_order_id(finished), 9001)


def test_one_that_only_a_comparison_finds_is_cancelled_too():
    """Its report was lost, and so was the one of a first cancel."""
    stage = trading_keeper()
    finished = SellName(7001, 1)
    stage.book.lots.note_archived([finished.buy_order_id])
    stage.memory.keep(make.named_report(7001, 1, 9001, "0.001", "70000", "NEW"))
    for _ in range(2):
        stage.compared()
        cancel = stage.gateway.pop(CancelSellOrder)
        assert (cancel.client_id, cancel.order_id) == (client_order_id(finished), 9001)
        stage.gateway.nothing(CancelSellOrder)
    stage.memory.turned(9001, "CANCELED")
    stage.compared()
    stage.gateway.nothing(CancelSellOrder)
