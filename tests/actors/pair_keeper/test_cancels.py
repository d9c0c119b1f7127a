from decimal import Decimal as D

import pytest

from actors.pair_keeper.cancels import Cancels
from actors.pair_keeper.effects import Log, Send
from actors.pair_keeper.requests import Requests
from actors.pair_keeper.tags import CancelTag
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.recovery.questions import OrderById
from lotkeeper.trading.selling.decisions import CancelSell
from messages.orders import CancelOutcomeUnknown, CancelRefused, CancelSellOrder
from messages.queries import AskExchange
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.pair_keeper.bench import at, done, open_state, sent
from tests.persistence.lots import lot, order

NAME = SellName(7, 1)
ID = "lk1-7-1"
DECISION = CancelSell(NAME, 8, "a nearer SELL needs its slot")


@pytest.fixture
def requests():
    return Requests()


@pytest.fixture
def state():
    return open_state(lot(7, orders=(order(7, quantity=D("0.4995")),)))


@pytest.fixture
def cancels(state, requests):
    return Cancels(state, requests)


def answered(requests, asked):
    """The exchange has answered the question; its tag."""
    return requests.take_answered(asked.request_id)


def test_a_cancel_is_booked_then_sent_then_logged(state, cancels):
    effects, _ = done(cancels.send(DECISION, at(0)))
    assert [type(each) for each in effects] == [Send, Log]
    (message,) = sent(effects)
    assert isinstance(message, CancelSellOrder)
    assert (message.client_id, message.order_id, message.incarnation) == (ID, 8, 1)
    assert state.book.lots[7].orders[0].state is OrderState.CANCELING


def test_one_without_an_answer_is_asked_about_later_and_later(cancels, requests):
    done(cancels.send(DECISION, at(0)))
    assert done(cancels.doubt_unanswered(15.0, at(14)))[0] == []
    seconds, asked_at = 15.0, []
    while seconds < 30.0:
        for question in sent(done(cancels.doubt_unanswered(15.0, at(seconds)))[0]):
            assert question == AskExchange(question.request_id, SYMBOL, OrderById(8))
            assert answered(requests, question) == CancelTag(ID)
            asked_at.append(seconds)
        seconds += 0.5
    assert asked_at == [15.0, 16.0, 18.0, 22.0, 27.0]


def test_a_question_that_waits_for_its_answer_is_not_asked_twice(cancels):
    done(cancels.send(DECISION, at(0)))
    unknown = CancelOutcomeUnknown(SYMBOL, ID, "no answer")
    assert len(sent(done(cancels.on_cancel_outcome_unknown(unknown, at(1)))[0])) == 1
    assert done(cancels.on_cancel_due(CancelTag(ID), at(60)))[0] == []


def test_one_that_was_lost_with_its_gateway_is_given_up_when_the_order_was_seen_to_stand_since(
    state, cancels, requests
):
    done(cancels.send(DECISION, at(0)))
    cancels.on_gateway_ended(at(1))
    assert cancels.still_stands(ID, at(1)) is None  # asked before
    (asked,) = sent(done(cancels.doubt_unanswered(0, at(1)))[0])
    answered(requests, asked)
    assert cancels.still_stands(ID, at(1.1)) == [7]
    assert state.book.lots[7].orders[0].state is OrderState.OPEN


def test_a_refused_cancel_is_given_up_after_five_seconds(state, cancels):
    done(cancels.send(DECISION, at(0)))
    done(cancels.on_cancel_refused(CancelRefused(SYMBOL, ID, -2011, "Unknown order sent."), at(1)))
    assert cancels.still_stands(ID, at(5.9)) is None
    assert cancels.still_stands(ID, at(6)) == [7]
    assert state.book.lots[7].orders[0].state is OrderState.OPEN


def test_one_that_may_still_arrive_is_not_given_up(cancels):
    done(cancels.send(DECISION, at(0)))
    done(cancels.on_cancel_outcome_unknown(CancelOutcomeUnknown(SYMBOL, ID, "no answer"), at(1)))
    assert cancels.still_stands(ID, at(16.1)) is None  # asked at 1 s, when it could still arrive
    done(cancels.on_cancel_due(CancelTag(ID), at(16.1)))
    (told,) = cancels.unresolved(at(16.1))
    assert (told.what, told.asked, told.settles_ms) == ("cancel", 1, at(16).wall_ms)


def test_an_order_that_has_ended_is_forgotten(state, cancels):
    assert cancels.still_stands(ID, at(1)) is None
    assert list(cancels.unresolved(at(1))) == []
