"""While the account's stream is down the account is polled; one that keeps silent about a trade is found out."""

from decimal import Decimal as D

import pytest

from lotkeeper.trading.recovery.questions import OpenOrders, TradesFrom
from messages.account import StreamLost, StreamProven
from messages.connections import StreamSuspected
from messages.orders import PlaceSellOrder
from messages.queries import AskExchange, BalanceFetched, FetchBalance, FetchFailed
from tests.actors.gateway.exchange_memory import NOW_MS
from tests.actors.stage import BUY_ID, POLL_EVERY_S, Stage


@pytest.fixture
def stage():
    """A keeper at work whose stream is proven."""
    found = Stage()
    found.loaded()
    found.market()
    found.answers()
    found.compared()
    found.calm()
    found.gateway.received.clear()
    return found


def blind(stage):
    """The stream is lost, and what is asked at once is answered."""
    stage.desk.tell(StreamLost(NOW_MS, "cut"), stage.probes["user_stream"])
    assert OpenOrders() in stage.questions()
    stage.answers()


def passes(stage, seconds):
    """How many comparisons begin in so many seconds; each is answered at once, the balance never changes."""
    begun = 0
    for _ in range(int(seconds)):
        stage.desk.advance(1.0)
        answer_probes(stage)
        begun += sum(isinstance(each, TradesFrom) for each in stage.answers())
    return begun


def answer_probes(stage, free="1"):
    """The number of questions for the balance, which are answered."""
    probes = [each for each in stage.gateway.received if isinstance(each, FetchBalance)]
    for each in probes:
        stage.gateway.received.remove(each)
        stage.desk.tell(BalanceFetched(each.request_id, each.asset, D(free), D(0)), stage.gateway)
    return len(probes)


def test_while_the_stream_is_proven_it_compares_every_two_minutes(stage):
    assert passes(stage, 119) == 0
    assert passes(stage, 2) == 1
    stage.gateway.nothing(FetchBalance)


def test_after_the_stream_is_proven_it_looks_once_more_for_what_the_answer_did_not_have_yet():
    stage = Stage()
    stage.loaded()
    stage.market()
    stage.answers()
    stage.compared()
    stage.bought()  # before the subscription; the question right after it was answered by a database that was behind
    stage.desk.advance(POLL_EVERY_S - 0.5)
    assert stage.questions() == []
    stage.desk.advance(0.5)
    stage.answers()
    assert stage.order().quantity == D("0.001")


def test_while_it_is_down_trades_are_asked_for_every_few_seconds(stage):
    blind(stage)
    assert passes(stage, 40) == pytest.approx(40 / POLL_EVERY_S, abs=1)


def test_a_buy_that_only_a_poll_finds_gets_its_sell(stage):
    blind(stage)
    stage.bought()
    stage.desk.advance(POLL_EVERY_S)
    stage.answers()
    assert stage.order().quantity == D("0.001")


def test_a_changed_balance_is_followed_by_a_comparison_at_once(stage):
    blind(stage)
    stage.desk.advance(1.0)
    assert answer_probes(stage, "1") == 1
    assert stage.questions() == []
    stage.desk.advance(2.0)
    stage.bought()
    assert answer_probes(stage, "1.001") == 1
    stage.answers()
    assert stage.gateway.pop(PlaceSellOrder)


def test_balances_are_asked_for_every_two_seconds_and_only_while_it_is_down(stage):
    blind(stage)
    asked = 0
    for _ in range(20):
        stage.desk.advance(1.0)
        asked += answer_probes(stage)
        stage.answers()
    assert asked == pytest.approx(10, abs=1)
    stage.desk.tell(StreamProven(NOW_MS), stage.probes["user_stream"])
    stage.answers()
    stage.desk.advance(20.0)
    stage.gateway.nothing(FetchBalance)


def test_a_question_for_the_balance_that_nobody_answers_is_not_asked_twice(stage):
    blind(stage)
    for _ in range(10):
        stage.desk.advance(1.0)
        stage.answers()
    assert sum(isinstance(each, FetchBalance) for each in stage.gateway.received) == 1


def test_an_answer_that_comes_after_the_stream_was_proven_changes_nothing(stage):
    blind(stage)
    stage.desk.advance(1.0)
    answer_probes(stage, "1")
    stage.desk.advance(2.0)
    stage.desk.tell(StreamProven(NOW_MS), stage.probes["user_stream"])
    stage.answers()
    answer_probes(stage, "2")
    assert stage.questions() == []


@pytest.mark.parametrize("gone", [True, False])
def test_a_stream_in_a_new_life_is_down_until_it_says_that_it_is_proven(stage, gone):
    if gone:
        stage.lost("user_stream")
    reborn = stage.reborn("user_stream")
    stage.answers()
    assert passes(stage, 12) == 3
    stage.desk.tell(StreamProven(NOW_MS), reborn)
    stage.answers()
    stage.calm()
    assert passes(stage, 60) == 0


def test_requests_that_stay_without_an_answer_are_not_repeated_ever_faster(stage):
    """Each may have been counted by the exchange: two passes in the time of one poll, however long it lasts."""
    blind(stage)
    begun = 0
    for _ in range(60):
        stage.desk.advance(1.0)
        for asked in [each for each in stage.gateway.received if isinstance(each, AskExchange)]:
            stage.gateway.received.remove(asked)
            begun += isinstance(asked.question, TradesFrom)
            stage.desk.tell(FetchFailed(asked.request_id, "no answer", 1.0), stage.gateway)
    assert begun <= 2 * 60 / POLL_EVERY_S + 1


def test_where_nobody_is_reached_it_is_asked_again_soon(stage):
    blind(stage)
    stage.desk.advance(POLL_EVERY_S)
    asked = stage.gateway.pop(AskExchange)
    stage.gateway.received.clear()
    stage.desk.tell(FetchFailed(asked.request_id, "nobody was reached", 0.25), stage.gateway)
    stage.desk.advance(0.3)
    assert OpenOrders() in stage.questions()


def test_what_a_comparison_has_found_is_kept_when_it_fails_in_the_middle(stage):
    """The next one finds it known and moves the cursor beyond it: what was not recorded by then a crash would lose."""
    blind(stage)
    stage.ledger.received.clear()
    stage.bought()
    stage.desk.advance(POLL_EVERY_S)
    trades = stage.gateway.pop(AskExchange)
    stage.desk.tell(stage.answer(trades), stage.gateway)
    orders = stage.gateway.pop(AskExchange)
    assert (trades.question, orders.question) == (TradesFrom(101), OpenOrders())
    stage.desk.tell(FetchFailed(orders.request_id, "HTTP 502", 1.0), stage.gateway)
    assert stage.order().quantity == D("0.001")
    assert stage.written().buy_order_id == BUY_ID


# Deaf


def found_by_request(stage, after_s):
    """A BUY fills of which the stream says nothing; it is found by the comparison so many seconds later."""
    stage.desk.advance(60.0)
    stage.answers()
    missed = stage.bought().fill
    now_ms = stage.desk.actor.wall_ms()
    stage.memory.retimed(missed, now_ms)
    stage.desk.advance(after_s)
    stage.answers()


def doubts(stage):
    return [each for each in stage.probes["user_stream"].received if isinstance(each, StreamSuspected)]


def test_a_proven_stream_that_did_not_tell_a_buy_is_doubted(stage):
    found_by_request(stage, 61.0)
    (doubt,) = doubts(stage)
    assert (doubt.stream, "trade 101 of BTCUSDT was found by request" in doubt.reason) == ("", True)
    assert stage.order()


def test_a_buy_that_the_stream_told_proves_nothing(stage):
    stage.desk.advance(60.0)
    event = stage.bought()
    stage.memory.retimed(event.fill, stage.desk.actor.wall_ms())
    stage.desk.tell(event)
    stage.desk.advance(61.0)
    stage.answers()
    assert doubts(stage) == []


def test_while_it_is_down_nothing_is_expected_of_it(stage):
    blind(stage)
    found_by_request(stage, 61.0)
    assert doubts(stage) == []
