"""A new keeper meets a Gateway: what never left is sent, what left is asked about, what is told is in the book."""

from dataclasses import replace

import pytest

from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.recovery.questions import OpenOrders, OrderByClientId
from messages.lifecycle import PeersChanged
from messages.orders import (
    EarlierSell,
    IntroduceKeeper,
    SellOutcomeUnknown,
    SellPlaced,
    SellRefused,
)
from messages.pair_commands import ReconcilePair
from messages.queries import AskExchange, FetchFailed, OrdersFetched
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL, report
from tests.actors.pair_keeper.introductions import LAG_S, NAME, OTHER, pass_time, sent, tell
from tests.actors.stage import Stage, starting_keeper, trading_keeper


@pytest.fixture
def successor():
    """A keeper whose predecessor sent a SELL and recorded nothing of it; the exchange has the BUY."""
    before = trading_keeper()
    before.buys()
    order = before.order()
    stage = starting_keeper(incarnation=2, memory=before.memory, is_introduced_at_once=False)
    return stage, order


def started(stage: Stage) -> None:
    stage.loaded()
    stage.market()
    stage.answers()


@pytest.fixture
def recorded():
    """A keeper whose predecessor sent a SELL and recorded it without an outcome, seven seconds before."""
    before = trading_keeper()
    before.buys()
    stage = starting_keeper(incarnation=2, memory=before.memory, is_introduced_at_once=False)
    tell(stage)
    stage.desk.advance(7.0)
    stage.loaded(before.written())
    stage.market()
    return stage


def test_it_tells_the_gateway_of_what_the_database_has_without_an_outcome(recorded):
    introduction = recorded.gateway.pop(IntroduceKeeper)
    (unanswered,) = introduction.unanswered
    assert (introduction.number, unanswered.client_id) == (2, NAME)
    assert 7.0 <= recorded.desk.actor.monotonic() - unanswered.sent_s < 60.0


def test_what_the_database_has_and_never_left_is_sent_without_waiting_for_it(recorded):
    tell(recorded, off_the_book=(NAME,))
    recorded.answers()
    pass_time(recorded, 1.0)
    assert [each.client_id for each in sent(recorded)] == [NAME]


def test_what_the_database_has_and_left_is_not_sent_again_while_it_may_arrive(recorded):
    tell(recorded)
    pass_time(recorded, 10.0, 1.0)
    assert sent(recorded) == []


def test_what_was_bought_long_ago_proves_nothing():
    """Its SELL may have been sent so long ago that its note is forgotten, whatever our clock says."""
    before = trading_keeper()
    before.buys()
    order = before.written().orders[0]
    stage = starting_keeper(incarnation=2, memory=before.memory, is_introduced_at_once=False)
    tell(stage)
    old = before.written().buys[0].time_ms - 3_600_000
    lot = before.written()
    lot = replace(lot, buys=(replace(lot.buys[0], time_ms=old),), orders=(order,))
    stage.loaded(lot)
    stage.market()
    (unanswered,) = stage.gateway.pop(IntroduceKeeper).unanswered
    assert stage.desk.actor.monotonic() - unanswered.sent_s >= 3_600


def test_its_first_message_to_the_gateway_is_its_introduction(successor):
    stage, _ = successor
    assert next(message for name, message in stage.sent if name == "gateway") == IntroduceKeeper(SYMBOL, 2, 1)


def test_it_sells_nothing_before_it_was_told(successor):
    stage, _ = successor
    started(stage)
    assert sent(stage) == []
    tell(stage)
    assert [each.client_id for each in sent(stage)] == [NAME]


@pytest.mark.parametrize("is_started", [True, False], ids=["after its start", "during its start"])
def test_what_was_answered_of_late_is_in_its_book(successor, is_started):
    stage, order = successor
    if is_started:
        started(stage)
    tell(stage, placed=(stage.accepts(order),))
    if not is_started:
        started(stage)
    assert sent(stage) == []
    pass_time(stage, 20.0, 1.0)
    assert sent(stage) == []
    (known,) = stage.written().orders
    assert (known.client_id, known.state, known.quantity) == (NAME, OrderState.OPEN, order.quantity)


@pytest.mark.parametrize("is_started", [True, False], ids=["after its start", "during its start"])
def test_what_is_in_flight_holds_the_pair_until_it_is_found(successor, is_started):
    stage, order = successor
    if is_started:
        started(stage)
    tell(stage, earlier=(EarlierSell(NAME, 20.0),))
    if not is_started:
        started(stage)
    stage.buys(order_id=7002, trade_id=102)
    assert sent(stage) == []
    stage.accepts(order)
    pass_time(stage, 1.0)
    assert [each.client_id for each in sent(stage)] == [OTHER]
    assert stage.book.lots[7001].orders[0].state is OrderState.OPEN


def test_of_a_lot_that_is_finished_nothing_comes_back(successor):
    """It is closed and recorded, and the keeper does not know it: what it gave to others is not known either."""
    stage, order = successor
    finished = stage.accepts(replace(order, client_id="lk1-4-1"), 8001)
    started(stage)
    tell(stage, placed=(finished,), earlier=(EarlierSell("lk1-3-1", 20.0),))
    stage.accepts(replace(order, client_id="lk1-3-1"), 8002)
    pass_time(stage, 1.0)
    assert {4, 3}.isdisjoint(stage.book.lots)
    assert list(stage.book.buys_to_rebuild) == []


def test_a_lot_that_is_heard_of_after_its_sell_is_not_sold_again(successor):
    """The BUY's trade comes from a database that is behind, and its event is late."""
    stage, order = successor
    late = stage.bought(order_id=7002, trade_id=102)
    stage.memory.fills.pop(102)
    stage.memory.orders.pop(7002)
    placed = SellPlaced(SYMBOL, OTHER, replace(stage.accepts(replace(order, client_id=OTHER), 9002).report), ())
    stage.memory.orders.pop(9002)
    started(stage)
    tell(stage, placed=(placed,))
    assert [each.client_id for each in sent(stage)] == [NAME]
    stage.gateway.received.clear()
    stage.desk.tell(late)
    assert sent(stage) == []
    assert [each.client_id for each in stage.book.lots[7002].orders] == [OTHER]


def test_its_reply_ends_the_wait_too(successor):
    stage, order = successor
    started(stage)
    tell(stage, earlier=(EarlierSell(NAME, 20.0),))
    stage.desk.tell(stage.accepts(order), stage.gateway)
    stage.buys(order_id=7002, trade_id=102)
    assert [each.client_id for each in sent(stage)] == [OTHER]


@pytest.mark.parametrize("is_started", [True, False], ids=["after its start", "during its start"])
def test_a_refusal_ends_the_wait_and_the_lot_is_sold(successor, is_started):
    stage, order = successor
    if is_started:
        started(stage)
    tell(stage, earlier=(EarlierSell(NAME, 20.0),))
    stage.desk.tell(stage.refuses(order, -2010, "Account has insufficient balance"), stage.gateway)
    if not is_started:
        started(stage)
    assert len(sent(stage)) == 1


def test_that_the_reply_is_not_known_ends_nothing(successor):
    stage, _ = successor
    tell(stage, earlier=(EarlierSell(NAME, 20.0),))
    stage.desk.tell(SellOutcomeUnknown(SYMBOL, NAME, "no answer"), stage.gateway)
    started(stage)
    stage.desk.tell(SellOutcomeUnknown(SYMBOL, NAME, "no answer"), stage.gateway)
    pass_time(stage, 10.0, 0.5)
    assert sent(stage) == []


def test_several_in_flight_hold_the_pair_until_the_last_is_known(successor):
    stage, order = successor
    started(stage)
    tell(stage, earlier=(EarlierSell(NAME, 20.0), EarlierSell("lk1-5ej-1", 20.0)))
    stage.desk.tell(stage.accepts(order), stage.gateway)
    stage.buys(order_id=7002, trade_id=102)
    assert sent(stage) == []
    gone = replace(order, client_id="lk1-5ej-1")
    stage.desk.tell(stage.refuses(gone, -2010, "Account has insufficient balance"), stage.gateway)


TWO = (EarlierSell(NAME, 20.0), EarlierSell("lk1-5ej-1", 20.0))


def test_several_are_looked_for_among_the_open_orders_and_only_the_others_one_by_one(successor):
    stage, order = successor
    started(stage)
    stage.accepts(order)
    tell(stage, earlier=TWO)
    assert stage.questions() == [OpenOrders()]
    stage.answers()
    assert stage.book.lots[7001].orders[0].state is OrderState.OPEN
    assert stage.questions() == []
    stage.desk.advance(0.3)
    assert stage.questions() == [OrderByClientId("lk1-5ej-1")]


def test_where_the_open_orders_cannot_be_had_each_is_asked_about(successor):
    stage, _ = successor
    tell(stage, earlier=TWO)
    asked = stage.gateway.pop(AskExchange)
    assert asked.question == OpenOrders()
    stage.desk.tell(FetchFailed(asked.request_id, "no connection", 1.0), stage.gateway)
    assert {OrderByClientId(each.client_id) for each in TWO} == set(stage.questions())


def test_that_the_same_gateway_names_them_again_asks_nothing_again():
    """The book was opened, and has a SELL without an outcome: the Gateway is told, and answers a second time."""
    before = trading_keeper()
    before.buys()
    stage = starting_keeper(incarnation=2, memory=before.memory, is_introduced_at_once=False)
    tell(stage, earlier=TWO)
    stage.loaded(before.written())
    stage.market()
    asked = stage.questions()
    tell(stage, earlier=TWO)
    assert stage.questions() == asked
    stage.answers()
    stage.desk.advance(0.3)
    assert OrderByClientId("lk1-5ej-1") in stage.questions()


def test_one_that_is_named_again_after_it_was_found_is_asked_about_again(successor):
    """The answer crossed with the introduction: the Gateway did not know it yet."""
    stage, order = successor
    before = trading_keeper()
    before.buys()
    tell(stage, earlier=(EarlierSell("lk1-4-1", 20.0),))
    stage.accepts(replace(order, client_id="lk1-4-1"))
    stage.answers()
    stage.loaded(before.written())
    stage.market()
    tell(stage, earlier=(EarlierSell("lk1-4-1", 20.0),))
    assert OrderByClientId("lk1-4-1") in stage.questions()


def test_one_that_is_never_found_holds_the_pair_until_it_can_no_longer_arrive(successor):
    stage, _ = successor
    started(stage)
    tell(stage, earlier=(EarlierSell(NAME, 9.0),))
    pass_time(stage, 8.9)
    assert sent(stage) == []
    pass_time(stage, LAG_S)  # nobody here knows what the account held before it
    assert sent(stage) == []
    pass_time(stage, 11)
    assert len(sent(stage)) == 1


def test_a_younger_order_shows_that_it_never_arrived(successor):
    stage, _ = successor
    started(stage)
    tell(stage, earlier=(EarlierSell(NAME, 9.0),))
    younger = report(7009, "web-9", Side.BUY, "NEW", "0.001", "0", "50000")
    stage.memory.keep(replace(younger, created_ms=NOW_MS + 60_000))
    pass_time(stage, 8.9)
    assert sent(stage) == []
    pass_time(stage, 6)
    assert len(sent(stage)) == 1


def test_a_reconciliation_does_not_end_the_wait_for_one_that_can_be_asked_about(successor):
    """What it sold in the last moment may not be among the trades yet."""
    stage, _ = successor
    started(stage)
    tell(stage, earlier=(EarlierSell(NAME, 0.0),))
    asked = stage.gateway.pop(AskExchange)
    assert asked.question == OrderByClientId(NAME)
    stage.desk.advance(1.0)
    stage.desk.tell(ReconcilePair(SYMBOL, is_dry_run=False))
    stage.answers()
    assert sent(stage) == []
    stage.desk.tell(OrdersFetched(asked.request_id, ()), stage.gateway)
    pass_time(stage, LAG_S, 0.5)
    assert sent(stage) == []
    pass_time(stage, 11, 0.5)
    assert [each.client_id for each in sent(stage)] == [NAME]


def test_one_that_the_gateway_before_told_of_is_asked_about_through_the_next(successor):
    stage, _ = successor
    started(stage)
    tell(stage, earlier=(EarlierSell(NAME, 9.0),))
    stage.lost("gateway")
    stage.reborn("gateway")
    tell(stage, gateway=8)
    pass_time(stage, 8.9)
    assert sent(stage) == []
    pass_time(stage, LAG_S + 11, 0.5)
    assert [each.client_id for each in sent(stage)] == [NAME]


def test_one_of_its_name_that_sold_nothing_may_be_an_earlier_one(successor):
    """That one was placed and cancelled before either was recorded; ours may still arrive."""
    stage, order = successor
    started(stage)
    tell(stage, earlier=(EarlierSell(NAME, 9.0),))
    ended = replace(stage.accepts(order).report, status="CANCELED")
    stage.memory.orders[ended.order_id] = ended
    pass_time(stage, 8.9)
    assert sent(stage) == []
    pass_time(stage, 0.3)
    assert [each.client_id for each in sent(stage)] == ["lk1-5eh-2"]


def test_one_without_a_name_is_not_asked_about(successor):
    stage, _ = successor
    started(stage)
    tell(stage, earlier=(EarlierSell("", 9.0),))
    assert not any(isinstance(each, OrderByClientId) for each in stage.questions())
    pass_time(stage, 8.9)
    assert sent(stage) == []
    pass_time(stage, 3.0)
    assert len(sent(stage)) == 1


def test_a_question_that_fails_is_asked_again(successor):
    stage, order = successor
    started(stage)
    tell(stage, earlier=(EarlierSell(NAME, 20.0),))
    asked = stage.gateway.pop(AskExchange)
    stage.desk.tell(FetchFailed(asked.request_id, "HTTP 502", 0.5), stage.gateway)
    stage.accepts(order)
    pass_time(stage, 1.0)
    assert stage.book.lots[7001].orders[0].state is OrderState.OPEN


def test_an_answer_about_an_order_of_an_earlier_introduction_changes_nothing(successor):
    stage, _ = successor
    started(stage)
    tell(stage, earlier=(EarlierSell(NAME, 20.0),))
    asked = stage.gateway.pop(AskExchange)
    stage.lost("gateway")
    stage.reborn("gateway")
    tell(stage, gateway=8)
    stage.gateway.received.clear()
    stage.desk.tell(OrdersFetched(asked.request_id, ()), stage.gateway)
    stage.desk.advance(1.0)
    assert not any(isinstance(each, OrderByClientId) for each in stage.questions())


def test_with_all_its_peers_unchanged_it_introduces_itself_once():
    stage = trading_keeper(is_introduced_at_once=False)
    tell(stage)
    stage.desk.tell(PeersChanged(stage.peers()))
    stage.desk.advance(10.0)
    stage.gateway.nothing(IntroduceKeeper)


# Late replies


def test_a_refusal_of_an_earlier_copy_says_nothing_of_the_one_that_was_sent_since():
    stage = trading_keeper()
    stage.buys()
    first = stage.order()
    stage.desk.tell(SellOutcomeUnknown(SYMBOL, NAME, "no answer"), stage.gateway)
    pass_time(stage, 21.0)
    second = stage.order()
    assert second.client_id == first.client_id
    assert second.sent_ms > first.sent_ms
    late = SellRefused(SYMBOL, NAME, -2010, "Account has insufficient balance", sent_ms=first.sent_ms)
    stage.desk.tell(late, stage.gateway)
    assert sent(stage) == []
    assert stage.written().orders[0].state is OrderState.PLACING


def test_a_late_reply_settles_an_unresolved_sell():
    stage = trading_keeper()
    stage.buys()
    order = stage.order()
    stage.desk.tell(SellOutcomeUnknown(SYMBOL, NAME, "no answer"), stage.gateway)
    placed = stage.accepts(order)
    for _ in range(2):
        stage.desk.tell(SellPlaced(SYMBOL, NAME, placed.report, ()), stage.gateway)
    assert stage.written().orders[0].state is OrderState.OPEN
