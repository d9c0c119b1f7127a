"""A SELL whose outcome is not known: silence proves nothing, and nothing is sold twice."""

from dataclasses import dataclass, replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.lots.states import HoldReason, LotState
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.recovery.questions import OrderByClientId
from messages.account import OrderReported
from messages.lifecycle import Peers, PeersChanged
from messages.orders import MAX_SEND_DELAY_MS, PlaceSellOrder, SellOutcomeUnknown
from messages.pair_commands import PausePair, ResumePair
from messages.queries import AskExchange, FetchFailed, OrdersFetched
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL, ExchangeMemory, report
from tests.actors.stage import RECV_WINDOW_MS, Stage, starting_keeper, trading_keeper

NAME = "lk1-5eh-1"
LAG_S = 60.0  # that the exchange's queries may have
DEAD_AFTER_S = RECV_WINDOW_MS / 1000 + 10  # the request's own window, then the time-out of the exchange's backend


@dataclass
class LaggingMemory(ExchangeMemory):
    """Queries show nothing of what happened since; the balance does."""

    sold: D = D(0)
    on_book: D = D(0)

    def held(self) -> D:
        return super().held() - self.sold

    def locked(self) -> D:
        return super().locked() + self.on_book


def doubting() -> tuple[Stage, PlaceSellOrder]:
    """A SELL was sent, and its reply lost."""
    stage = trading_keeper()
    stage.buys()
    order = stage.order()
    stage.desk.tell(SellOutcomeUnknown(SYMBOL, order.client_id, "no answer"), stage.gateway)
    return stage, order


def resent(stage: Stage) -> list[PlaceSellOrder]:
    return [each for each in stage.gateway.received if isinstance(each, PlaceSellOrder)]


def terms(order: PlaceSellOrder) -> tuple[object, ...]:
    return order.client_id, order.price, order.quantity


def pass_time(stage: Stage, seconds: float, step: float = 0.05) -> None:
    """Time goes by, and each question is answered at once from the exchange's memory."""
    for _ in range(round(seconds / step)):
        stage.desk.advance(step)
        stage.answers()


def test_it_asks_at_once_by_the_client_order_id():
    stage, order = doubting()
    assert stage.questions() == [OrderByClientId(order.client_id)]
    assert stage.last_report().sells_unknown == 1
    assert stage.written().orders[0].state is OrderState.UNKNOWN


def test_an_order_that_is_found_stands():
    stage, order = doubting()
    stage.accepts(order)
    stage.answers()
    assert stage.written().orders[0].state is OrderState.OPEN
    assert stage.last_report().sells_unknown == 0
    pass_time(stage, 60, 1.0)
    assert resent(stage) == []


def test_the_event_settles_it_too():
    stage, order = doubting()
    stage.desk.tell(OrderReported(stage.accepts(order).report, None))
    stage.answers()
    pass_time(stage, 60, 1.0)
    assert resent(stage) == []


def test_that_the_exchange_knows_no_such_order_is_not_believed_while_the_request_may_live():
    stage, _ = doubting()
    pass_time(stage, DEAD_AFTER_S - 0.1)
    assert resent(stage) == []
    assert stage.written().orders[0].state is OrderState.UNKNOWN


def test_then_the_same_order_is_sent_again_under_the_same_name():
    stage, order = doubting()
    pass_time(stage, DEAD_AFTER_S + 6)
    assert [terms(each) for each in resent(stage)] == [terms(order)]
    assert stage.written().orders[0].state is OrderState.PLACING
    assert [each.name.generation for each in stage.written().orders] == [1]


def test_it_asks_less_and_less_often():
    stage, _ = doubting()
    asked = 0
    for _ in range(150):
        asked += sum(isinstance(each, OrderByClientId) for each in stage.answers())
        stage.desk.advance(0.1)
    assert 4 <= asked <= 13  # the comparison that follows a subscription begins them again, once


def test_an_answer_counts_from_the_moment_of_its_question():
    """The exchange may have looked before the request died, and its answer have come after."""
    stage, _ = doubting()
    stage.desk.advance(DEAD_AFTER_S - 0.5)
    early = stage.gateway.pop(AskExchange)
    stage.gateway.received.clear()
    stage.desk.advance(1.0)
    stage.desk.tell(OrdersFetched(early.request_id, ()), stage.gateway)
    assert resent(stage) == []
    pass_time(stage, 6)
    assert len(resent(stage)) == 1


def test_a_second_lost_reply_begins_the_wait_again():
    stage, order = doubting()
    pass_time(stage, DEAD_AFTER_S + 6)
    stage.gateway.received.clear()
    stage.desk.tell(SellOutcomeUnknown(SYMBOL, order.client_id, "no answer"), stage.gateway)
    pass_time(stage, DEAD_AFTER_S - 6.1)
    assert resent(stage) == []


def test_a_reply_that_was_long_in_coming_says_that_the_request_may_have_left_late():
    """The order may have waited in the Gateway: its life is counted from the Gateway's reply."""
    stage = trading_keeper()
    stage.buys()
    order = stage.order()
    stage.desk.advance(14.0)
    stage.desk.tell(SellOutcomeUnknown(SYMBOL, order.client_id, "no answer"), stage.gateway)
    pass_time(stage, DEAD_AFTER_S - 0.1)
    assert resent(stage) == []
    pass_time(stage, 6)
    assert len(resent(stage)) == 1


def test_many_passes_do_not_multiply_the_questions():
    stage, order = doubting()
    for _ in range(5):
        stage.compared()
    stage.desk.advance(0.3)
    assert stage.questions() == [OrderByClientId(order.client_id)]


def test_a_duplicate_means_that_the_first_copy_arrived():
    stage, order = doubting()
    pass_time(stage, DEAD_AFTER_S + 6)
    stage.gateway.received.clear()
    stage.accepts(order)  # the first copy, later than anything that was ever seen
    stage.desk.tell(stage.refuses(order, -2010, "Duplicate order sent."), stage.gateway)
    stage.answers()
    assert stage.written().orders[0].state is OrderState.OPEN
    assert resent(stage) == []


def test_a_question_that_fails_is_asked_again():
    stage, order = doubting()
    asked = stage.gateway.pop(AskExchange)
    stage.desk.tell(FetchFailed(asked.request_id, "HTTP 502", 2.0), stage.gateway)
    stage.desk.advance(1.9)
    assert stage.questions() == []
    stage.desk.advance(0.2)
    assert stage.questions() == [OrderByClientId(order.client_id)]


def test_no_word_for_long_is_doubt_as_well():
    stage = trading_keeper()
    stage.buys()
    order = stage.order()
    stage.desk.advance(14.0)
    assert OrderByClientId(order.client_id) not in stage.questions()
    stage.desk.advance(2.0)
    assert OrderByClientId(order.client_id) in stage.questions()
    assert resent(stage) == []


def test_a_new_gateway_is_asked_about_what_the_old_one_had_in_hand():
    stage = trading_keeper()
    stage.buys()
    order = stage.order()
    stage.lost("gateway")
    stage.reborn("gateway")
    assert stage.questions() == [OrderByClientId(order.client_id)]
    assert stage.written().orders[0].state is OrderState.UNKNOWN
    stage.accepts(order)
    stage.answers()
    pass_time(stage, 30, 1.0)
    assert resent(stage) == []
    assert stage.written().orders[0].state is OrderState.OPEN


def test_a_new_gateway_is_asked_what_the_old_one_had_not_answered():
    stage = starting_keeper()
    stage.loaded()
    stage.market()
    numbers = {each.request_id for each in stage._questions()}
    stage.lost("gateway")
    stage.reborn("gateway")
    assert {each.request_id for each in stage._questions()} == numbers
    stage.answers()
    assert stage.last_report().phase == "trading"


def test_a_buy_while_there_is_no_gateway_is_sold_when_there_is_one():
    """Nothing was sent, so there is nothing to doubt."""
    stage = trading_keeper()
    stage.lost("gateway")
    stage.buys()
    assert stage.last_report().unprotected > 0
    stage.reborn("gateway")
    assert stage.order().client_id == NAME


def test_a_lost_reply_in_a_paused_pair_puts_nothing_on_the_book():
    stage, order = doubting()
    stage.desk.ask(PausePair(SYMBOL))
    pass_time(stage, DEAD_AFTER_S + 10)
    assert resent(stage) == []
    assert stage.written().orders[0].state is OrderState.REFUSED
    assert "the pair is paused" in stage.written().reason
    stage.desk.ask(ResumePair(SYMBOL))
    pass_time(stage, 10)
    assert [(each.price, each.quantity) for each in resent(stage)] == [(order.price, order.quantity)]


def test_what_was_in_doubt_before_a_restart_is_asked_about_to_the_end():
    before, order = doubting()
    stage = starting_keeper(incarnation=2, memory=before.memory)
    stage.loaded(before.written())
    stage.market()
    assert OrderByClientId(order.client_id) in stage.answers()
    assert stage.written().orders[0].state is OrderState.UNKNOWN
    pass_time(stage, MAX_SEND_DELAY_MS / 1000 + DEAD_AFTER_S - 0.1)  # how long it lay in the Gateway is not known now
    assert resent(stage) == []
    pass_time(stage, LAG_S, 0.5)  # nor what the account held before it was sent
    assert resent(stage) == []
    pass_time(stage, 11)
    assert [terms(each) for each in resent(stage)] == [terms(order)]


@pytest.mark.parametrize("lag_s", [11.0, 18.0, 30.0, 59.0])
def test_what_was_sold_while_the_queries_lagged_is_not_sold_again(lag_s):
    """Taken and sold at once; the reply and the events were lost. The balance shows it, and no query does."""
    stage, order = doubting()
    now = ExchangeMemory(dict(stage.memory.fills), dict(stage.memory.orders))
    stage.accepts(order)
    stage.sold()
    later, stage.memory = stage.memory, LaggingMemory(now.fills, now.orders, sold=order.quantity)
    pass_time(stage, lag_s, 0.5)
    assert resent(stage) == []
    stage.memory = later
    pass_time(stage, 6)
    assert resent(stage) == []
    assert [(each.state, each.order_id) for each in stage.book.lots[7001].orders] == [(OrderState.FILLED, 9001)]


def test_what_stands_on_the_book_while_the_queries_lag_is_not_sent_again():
    stage, order = doubting()
    stage.memory = LaggingMemory(dict(stage.memory.fills), dict(stage.memory.orders), on_book=order.quantity)
    pass_time(stage, 60, 0.5)
    assert resent(stage) == []


def test_a_younger_order_shows_that_the_queries_have_caught_up():
    """The balance says nothing: coins were moved since."""
    stage, order = doubting()
    stage.memory = LaggingMemory(dict(stage.memory.fills), dict(stage.memory.orders), sold=D("0.0004"))
    pass_time(stage, DEAD_AFTER_S + 5)
    assert resent(stage) == []
    younger_ms = NOW_MS + round((DEAD_AFTER_S + 6) * 1000)
    stage.memory.keep(replace(report(7009, "web-9", Side.BUY, "NEW", "0.001", "0", "50000"), created_ms=younger_ms))
    pass_time(stage, 6)
    assert [terms(each) for each in resent(stage)] == [terms(order)]


def test_where_nothing_else_tells_it_is_believed_after_the_longest_lag():
    stage, order = doubting()
    stage.memory = LaggingMemory(dict(stage.memory.fills), dict(stage.memory.orders), sold=D("0.0004"))
    pass_time(stage, DEAD_AFTER_S + LAG_S, 0.5)
    assert resent(stage) == []
    assert "nothing shows yet that the queries have caught up" in stage.last_report().unresolved[0].evidence
    pass_time(stage, 11)
    assert [terms(each) for each in resent(stage)] == [terms(order)]


def test_without_any_neighbour_it_lives_on():
    stage, _ = doubting()
    stage.desk.tell(PeersChanged(Peers()))
    stage.buys(order_id=7002, trade_id=102)
    stage.desk.advance(120)
    assert not stage.desk.exited


def test_an_order_that_a_person_took_back_while_it_was_in_doubt_is_known_by_the_question():
    """A query shows the cancel's id alone, and the order's own id was never told: only its name was asked for.

    As long as the SELL may still arrive, the answer may be about an earlier order of the same name.
    """
    stage, order = doubting()
    stage.accepts(order)
    known = stage.memory.turned(9001, "CANCELED")
    report, began = replace(known, client_id="web_9f3"), stage.desk.now
    for _ in range(100):
        asked = stage.gateway.pop(AskExchange)
        stage.desk.tell(OrdersFetched(asked.request_id, (report,)), stage.gateway)
        if stage.written().orders[0].state is not OrderState.UNKNOWN:
            break
        assert stage.last_report().unresolved[0].evidence.endswith("this one may still arrive")
        while not stage.questions():
            stage.desk.advance(0.25)
    assert stage.desk.now - began > 10.0  # the exchange's own time-out at the least
    assert [(each.state, each.order_id) for each in stage.written().orders] == [(OrderState.CANCELED, 9001)]
    assert (stage.written().state, stage.written().hold) == (LotState.HELD, HoldReason.CANCELLED_BY_HAND)
