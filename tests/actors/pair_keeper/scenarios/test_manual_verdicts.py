"""A person settles a SELL in doubt: shown what is known, refused where the exchange says otherwise or may yet."""

from dataclasses import replace

from lotkeeper.engine.testkit import Probe
from lotkeeper.trading.orders.states import OrderState
from messages.control import CommandDone, CommandRefused
from messages.orders import PlaceSellOrder, SellOutcomeUnknown
from messages.pair_commands import PausePair, ResolveOrder
from messages.queries import AskExchange, FetchFailed, OrdersFetched
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.pair_keeper.scenarios.test_unresolved_sells import DEAD_AFTER_S, doubting, pass_time
from tests.actors.stage import Stage, trading_keeper


def resolves(stage: Stage, client_id: str, found: int | None = None) -> Probe:
    person = stage.desk.probe(f"a person ({len(stage.sent)})")
    stage.desk.tell(ResolveOrder(SYMBOL, client_id, found), person)
    return person


def unanswerable() -> tuple[Stage, PlaceSellOrder]:
    """The exchange cannot be asked about the SELL, for longer than its request can live."""
    stage, order = doubting()
    for _ in range(int(DEAD_AFTER_S) + 2):
        for each in [each for each in stage.gateway.received if isinstance(each, AskExchange)]:
            stage.gateway.received.remove(each)
            stage.desk.tell(FetchFailed(each.request_id, "HTTP 500", 1.0), stage.gateway)
        stage.desk.advance(1.0)
    return stage, order


def answers_the_person(stage: Stage) -> None:
    """The exchange answers what was asked last, and nothing else."""
    asked = next(each for each in reversed(stage.gateway.received) if isinstance(each, AskExchange))
    stage.gateway.received.remove(asked)
    stage.desk.tell(stage.answer(asked), stage.gateway)


def test_the_doubt_is_told_with_its_evidence_and_its_next_question():
    stage, order = doubting()
    (doubt,) = stage.last_report().unresolved
    assert (doubt.order, doubt.lot, doubt.what) == (order.client_id, f"{SYMBOL}-7001", "SELL")
    assert (doubt.evidence, doubt.asked, doubt.next_ms) == ("no answer", 1, None)
    since_ms = doubt.since_ms
    pass_time(stage, 3)
    (doubt,) = stage.last_report().unresolved
    assert doubt.since_ms == since_ms
    assert doubt.evidence == "no answer; the exchange knows no such order now (-2013)"
    assert doubt.next_ms is not None
    assert doubt.asked >= 3
    assert doubt.settles_ms == since_ms + int(DEAD_AFTER_S * 1000)


def test_what_is_settled_is_told_no_more():
    stage, order = doubting()
    stage.accepts(order)
    stage.answers()
    assert stage.last_report().unresolved == ()


def test_it_did_not_arrive_is_refused_while_it_still_may():
    stage, order = doubting()
    refused = resolves(stage, order.client_id).pop(CommandRefused)
    assert "may still arrive until" in refused.text
    assert stage.written().orders[0].state is OrderState.UNKNOWN


def test_afterwards_the_word_of_a_person_counts_and_the_coins_are_sold_again():
    stage, order = unanswerable()
    stage.gateway.received.clear()
    assert "never arrived" in resolves(stage, order.client_id).pop(CommandDone).text
    assert stage.written().orders[0].state is OrderState.REFUSED
    pass_time(stage, 3, 0.5)
    again = stage.gateway.pop(PlaceSellOrder)
    assert (again.client_id, again.quantity) == (f"{order.client_id[:-1]}2", order.quantity)


def test_if_it_stands_after_all_nothing_more_is_placed_for_its_coins():
    stage, order = unanswerable()
    stage.desk.tell(PausePair(SYMBOL))
    resolves(stage, order.client_id).pop(CommandDone)
    stage.desk.tell(stage.accepts(order), stage.gateway)
    assert stage.written().orders[0].state is OrderState.OPEN
    assert stage.written().remainder < order.quantity


def test_an_order_that_lost_its_name_is_found_by_the_id_that_a_person_names():
    stage, order = unanswerable()
    taken = stage.accepts(order).report
    stage.memory.keep(replace(taken, client_id="web-cancel", status="CANCELED"))
    person = resolves(stage, order.client_id, taken.order_id)
    answers_the_person(stage)
    assert "is order 9001: CANCELED" in person.pop(CommandDone).text
    settled = stage.written().orders[0]
    assert (settled.state, settled.order_id) == (OrderState.CANCELED, 9001)


def test_an_order_that_is_not_like_it_is_refused():
    stage, order = unanswerable()
    taken = stage.accepts(order).report
    for other in (replace(taken, price=taken.price + 1), replace(taken, client_id="lk1-zz-1")):
        stage.memory.keep(replace(other, order_id=77))
        person = resolves(stage, order.client_id, 77)
        stage.memory.orders.pop(9001, None)
        answers_the_person(stage)
        assert "order 77 is a SELL" in person.pop(CommandRefused).text
    assert stage.last_report().sells_unknown == 1


def test_an_order_that_the_exchange_does_not_know_is_refused():
    stage, order = unanswerable()
    person = resolves(stage, order.client_id, 4711)
    answers_the_person(stage)
    assert "knows no order 4711" in person.pop(CommandRefused).text


def test_when_nobody_can_be_asked_it_says_so():
    stage, order = unanswerable()
    person = resolves(stage, order.client_id, 4711)
    asked = next(each for each in reversed(stage.gateway.received) if isinstance(each, AskExchange))
    stage.desk.tell(FetchFailed(asked.request_id, "HTTP 502", 1.0), stage.gateway)
    assert "HTTP 502" in person.pop(CommandRefused).text
    stage.desk.tell(OrdersFetched(asked.request_id, ()), stage.gateway)
    person.nothing(CommandRefused)


def test_what_is_not_in_doubt_is_refused():
    stage = trading_keeper()
    order = stage.selling()
    assert "is not in doubt" in resolves(stage, order.client_id).pop(CommandRefused).text
    stage.desk.tell(SellOutcomeUnknown(SYMBOL, order.client_id, "late"), stage.gateway)  # the event came before
    assert "is not in doubt" in resolves(stage, order.client_id).pop(CommandRefused).text
