"""A keeper meets a new Gateway: what never left is sent at once, what left is asked about."""

import pytest

from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.recovery.questions import OrderByClientId
from messages.account import OrderReported
from messages.orders import (
    IntroduceKeeper,
    KeeperIntroduced,
    UnansweredSell,
)
from messages.pair_commands import PausePair
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.pair_keeper.introductions import NAME, pass_time, sent, tell
from tests.actors.stage import trading_keeper


@pytest.fixture
def orphaned():
    """A keeper whose Gateway died with a SELL; there is a new one, which has not answered yet."""
    stage = trading_keeper()
    stage.buys()
    order = stage.order()
    stage.is_introduced_at_once = False
    stage.lost("gateway")
    stage.reborn("gateway")
    return stage, order


def test_it_says_which_sells_have_no_answer_and_when_it_sent_them(orphaned):
    stage, order = orphaned
    introduction = stage.gateway.pop(IntroduceKeeper)
    assert introduction.unanswered == (UnansweredSell(order.client_id, pytest.approx(1000.0, abs=1.0)),)
    assert introduction.complete_as_of_ms == order.complete_as_of_ms
    assert (introduction.symbol, introduction.incarnation, introduction.number) == (SYMBOL, 1, 2)


def test_before_the_answer_nothing_is_sent_and_nothing_is_doubted(orphaned):
    stage, _ = orphaned
    stage.buys(order_id=7002, trade_id=102)
    assert sent(stage) == []
    assert OrderByClientId(NAME) not in stage.questions()
    assert "what is in flight" in stage.written().reason


def test_what_never_left_is_sent_at_once_under_the_same_name(orphaned):
    stage, order = orphaned
    stage.desk.advance(1.0)
    tell(stage, off_the_book=(NAME,))
    (again,) = sent(stage)
    assert (again.client_id, again.price, again.quantity) == (NAME, order.price, order.quantity)
    assert (again.introduced_to, again.sent_ms - order.sent_ms) == (7, 1_000)
    assert [each.state for each in stage.written().orders] == [OrderState.PLACING]
    assert OrderByClientId(NAME) not in stage.questions()


def test_what_never_left_is_given_up_where_nothing_is_placed(orphaned):
    stage, _ = orphaned
    stage.desk.ask(PausePair(SYMBOL))
    tell(stage, off_the_book=(NAME,))
    assert sent(stage) == []
    assert stage.written().orders[0].state is OrderState.NOT_SENT
    assert "the pair is paused" in stage.written().reason


def test_what_was_answered_meanwhile_is_not_sent_again(orphaned):
    """Its event came before; that it never left cannot be, and does no harm."""
    stage, order = orphaned
    stage.desk.tell(OrderReported(stage.accepts(order).report, None))
    tell(stage, off_the_book=(NAME,))
    assert sent(stage) == []


def test_what_left_is_asked_about_at_once(orphaned):
    stage, order = orphaned
    tell(stage)
    assert sent(stage) == []
    assert OrderByClientId(NAME) in stage.questions()
    stage.accepts(order)
    stage.answers()
    assert stage.written().orders[0].state is OrderState.OPEN
    pass_time(stage, 30.0, 1.0)
    assert sent(stage) == []


def test_what_left_and_is_not_found_is_not_sent_again_while_it_may_arrive(orphaned):
    stage, _ = orphaned
    tell(stage)
    pass_time(stage, 14.9)
    assert sent(stage) == []
    pass_time(stage, 6.0)
    assert [each.client_id for each in sent(stage)] == [NAME]


def test_a_buy_of_meanwhile_is_sold_after_the_answer(orphaned):
    stage, _ = orphaned
    stage.buys(order_id=7002, trade_id=102)
    tell(stage)
    assert [each.client_id for each in sent(stage)] == ["lk1-5ei-1"]


def test_an_answer_that_does_not_come_is_asked_for_again(orphaned):
    stage, _ = orphaned
    first = stage.gateway.pop(IntroduceKeeper)
    stage.desk.advance(3.0)
    second = stage.gateway.pop(IntroduceKeeper)
    assert second.number > first.number
    stage.desk.tell(KeeperIntroduced(SYMBOL, first.number, gateway=7, off_the_book=(NAME,)), stage.gateway)
    assert sent(stage) == []
    stage.desk.tell(KeeperIntroduced(SYMBOL, second.number, gateway=7, off_the_book=(NAME,)), stage.gateway)
    assert len(sent(stage)) == 1
    stage.desk.tell(KeeperIntroduced(SYMBOL, second.number, gateway=7, off_the_book=(NAME,)), stage.gateway)
    assert len(sent(stage)) == 1


def test_a_gateway_that_dies_again_before_it_answers_is_followed_by_another(orphaned):
    stage, _ = orphaned
    stage.lost("gateway")
    stage.reborn("gateway")
    tell(stage, off_the_book=(NAME,))
    assert len(sent(stage)) == 1


def test_a_sell_that_never_left_is_not_sold_a_second_time_when_its_event_comes_all_the_same(orphaned):
    """It cannot. If it does, the order stands, and no coin has two SELLs for longer than that takes to be heard."""
    stage, order = orphaned
    tell(stage, off_the_book=(NAME,))
    stage.desk.tell(stage.accepts(order), stage.gateway)
    assert stage.written().orders[0].state is OrderState.OPEN
