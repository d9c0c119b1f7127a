from dataclasses import replace

import pytest

from actors.pair_keeper.tags import WitnessTag
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.recovery.questions import NewestOrders, OrderByClientId
from messages.orders import SellOutcomeUnknown
from messages.queries import FetchBalance, OrdersFetched
from tests.actors.gateway.exchange_memory import SYMBOL, report
from tests.actors.pair_keeper.bench import at, done, kinds, open_core, selling, sent


@pytest.fixture
def core():
    return open_core()


def state_of(core):
    return core.state.book.lots[7001].orders[0].state


def show_a_younger_order(core):
    """The exchange's queries have caught up: they show an order that was created much later."""
    younger = replace(report(9900, "web-9", Side.BUY, "NEW", "0.001", "0", "50000"), created_ms=at(60).wall_ms)
    core.collaborators.unresolved.witness.learn_orders(WitnessTag(at(61).wall_ms), OrdersFetched(1, (younger,)))


def unknown_again(core, seconds, *, is_shown=True):
    """The exchange knows no such order, asked so many seconds after the Gateway had no answer; the effects."""
    order = selling(core)
    if is_shown:
        show_a_younger_order(core)
    unanswered = SellOutcomeUnknown(SYMBOL, order.client_id, "no answer")
    done(core.collaborators.outcomes.on_sell_outcome_unknown(unanswered, at(0)))
    tag = replace(core.collaborators.requests.take_answered(1), asked_ms=at(seconds).wall_ms)
    return order, done(core.collaborators.resolution.on_sell_answer(tag, OrdersFetched(1, ()), at(seconds)))[0]


def test_that_it_is_not_found_is_believed_only_when_it_cannot_be_alive(core):
    _, effects = unknown_again(core, 15.0)
    assert kinds(effects) == ["Wake"]
    assert state_of(core) is OrderState.UNKNOWN


def test_then_it_is_sent_again_under_the_same_name(core):
    order, effects = unknown_again(core, 15.1)
    (again,) = sent(effects)
    assert (again.client_id, again.price, again.quantity) == (order.client_id, order.price, order.quantity)
    assert again.sent_ms == at(15.1).wall_ms


def test_without_a_second_witness_it_is_not(core):
    _, effects = unknown_again(core, 15.1, is_shown=False)
    balance, orders = sent(effects)
    assert (type(balance), orders.question) == (FetchBalance, NewestOrders())
    assert kinds(effects)[-1] == "Wake"
    assert state_of(core) is OrderState.UNKNOWN


def test_where_nothing_is_placed_it_is_given_up(core):
    order = selling(core)
    show_a_younger_order(core)
    unanswered = SellOutcomeUnknown(SYMBOL, order.client_id, "no answer")
    done(core.collaborators.outcomes.on_sell_outcome_unknown(unanswered, at(0)))
    core.state.is_paused = True
    tag = replace(core.collaborators.requests.take_answered(1), asked_ms=at(16).wall_ms)
    effects, _ = done(core.collaborators.resolution.on_sell_answer(tag, OrdersFetched(1, ()), at(16)))
    assert sent(effects) == []
    assert core.state.book.lots[7001].reason.startswith("not on the book, and the pair is paused")


def test_a_sell_without_an_answer_is_doubted_after_a_while(core):
    order = selling(core)
    assert done(core.collaborators.resolution.doubt_unanswered(15.0, at(14)))[0] == []
    effects, _ = done(core.collaborators.resolution.doubt_unanswered(15.0, at(15)))
    assert [each.question for each in sent(effects)] == [OrderByClientId(order.client_id)]
