"""The stream speaks of a SELL whose order id is not known yet: it may mean a forgotten order of the same name."""

from dataclasses import replace

import pytest

from lotkeeper.trading.book.early_events import EarlyEvents
from lotkeeper.trading.lots.states import HoldReason
from lotkeeper.trading.orders.client_ids import cancel_id
from lotkeeper.trading.orders.states import OrderEvent, OrderState
from tests.lotkeeper.trading import make

OURS, FORGOTTEN = 90, 70  # order ids


def in_flight():
    """A lot whose SELL was sent; no reply has come."""
    book = make.book()
    book.apply_fill(make.buy())
    return book, make.place(book)


def cancelled(order, order_id, by=None):
    """The event of a cancel, by us or by a person."""
    return replace(make.sell_report(order, order_id, "CANCELED"), cancel_id=by or cancel_id(order.name))


def states(book):
    return [(each.state, each.order_id) for each in book.lots[7].orders]


# The reply, or the answer to the question, decides


@pytest.mark.parametrize("status", ["NEW", "CANCELED", "EXPIRED", "EXPIRED_IN_MATCH", "REJECTED"])
@pytest.mark.parametrize("loses_answer", [False, True])
def test_an_event_with_nothing_sold_changes_nothing_before_the_reply(status, loses_answer):
    book, order = in_flight()
    if loses_answer:
        book.lots.apply_order_event(order.name, OrderEvent.ANSWER_LOST, make.NOW)
    before = book.lots[7]
    assert book.apply_event(make.sell_report(order, FORGOTTEN, status)) is None
    assert book.lots[7] is before


@pytest.mark.parametrize("status", ["CANCELED", "EXPIRED", "EXPIRED_IN_MATCH", "REJECTED"])
@pytest.mark.parametrize("again", [False, True])
def test_the_end_of_a_forgotten_order_frees_no_coins(status, again):
    book, order = in_flight()
    end = make.sell_report(order, FORGOTTEN, status)
    book.apply_event(end)
    book.apply_report(make.sell_report(order, OURS))
    if again:
        book.apply_event(end)
    assert states(book) == [(OrderState.OPEN, OURS)]
    assert book.lots[7].remainder == 0


@pytest.mark.parametrize("late_new", [False, True])
@pytest.mark.parametrize(
    ("by", "hold"), [(None, None), ("web_9", HoldReason.CANCELLED_BY_HAND)], ids=["we", "a person"]
)
def test_an_end_before_the_reply_takes_effect_with_the_reply(by, hold, late_new):
    book, order = in_flight()
    book.apply_event(cancelled(order, OURS, by))
    if late_new:
        book.apply_event(make.sell_report(order, OURS))
    lot = book.apply_report(make.sell_report(order, OURS))
    assert lot is book.lots[7]
    assert states(book) == [(OrderState.CANCELED, OURS)]
    assert (lot.remainder, lot.hold) == (1, hold)


def test_what_a_person_made_smaller_before_the_reply_is_so_after_it():
    book, order = in_flight()
    book.apply_event(replace(make.sell_report(order, OURS), quantity=make.D("0.4")))
    lot = book.apply_report(make.sell_report(order, OURS))
    assert (lot.open_quantity, lot.hold) == (make.D("0.4"), HoldReason.AMENDED_BY_HAND)


def test_a_forgotten_order_that_stands_is_one_more_sell():
    """As if its event had come after the reply: it is counted, and compared."""
    book, order = in_flight()
    book.apply_event(make.sell_report(order, FORGOTTEN))
    book.apply_report(make.sell_report(order, OURS))
    assert states(book) == [(OrderState.OPEN, OURS), (OrderState.OPEN, FORGOTTEN)]
    assert [each.order_id for each in book.pop_sells_not_sent_here()] == [FORGOTTEN]


# What an event proves by itself


@pytest.mark.parametrize(("status", "state"), [("CANCELED", OrderState.CANCELED), ("NEW", OrderState.PARTIALLY_FILLED)])
def test_that_it_sold_is_believed_before_the_reply(status, state):
    book, order = in_flight()
    book.apply_event(make.sell_report(order, OURS, status, "0.4"))
    assert (states(book), book.lots[7].sold) == ([(state, OURS)], make.D("0.4"))


@pytest.mark.parametrize("change", [{"price": make.D(99)}, {"quantity": make.D("0.5")}], ids=["price", "quantity"])
def test_unless_it_is_another_order_by_its_numbers(change):
    """The whole database was lost; of the BUY more was filled since, and its new lot knows no earlier SELL."""
    book, order = in_flight()
    book.apply_event(replace(make.sell_report(order, FORGOTTEN, "FILLED", "0.5"), **change))
    assert states(book) == [(OrderState.PLACING, None)]
    book.apply_report(make.sell_report(order, OURS))
    assert states(book) == [(OrderState.OPEN, OURS), (OrderState.FILLED, FORGOTTEN)]


def test_an_order_whose_id_is_known_is_ended_by_its_event():
    book, order = make.selling()
    book.apply_event(cancelled(order, book.lots[7].orders[0].order_id))
    assert book.lots[7].orders[0].state is OrderState.CANCELED


def test_after_a_refusal_an_event_shows_that_only_a_copy_was_refused():
    book, order = in_flight()
    book.apply_event(make.sell_report(order, OURS))
    book.lots.apply_order_event(order.name, OrderEvent.REFUSED, make.NOW)
    book.apply_early_events(order.name)
    assert states(book) == [(OrderState.OPEN, OURS)]


# When no reply can come


def test_when_nothing_can_arrive_any_more_the_newest_order_counts():
    book, order = in_flight()
    book.lots.apply_order_event(order.name, OrderEvent.ANSWER_LOST, make.NOW)
    book.apply_event(cancelled(order, OURS, "web_9"))
    book.apply_event(cancelled(order, FORGOTTEN))
    assert book.apply_early_events(order.name) is book.lots[7]
    assert states(book) == [(OrderState.CANCELED, OURS)]
    assert (book.lots[7].remainder, book.lots[7].hold) == (1, HoldReason.CANCELLED_BY_HAND)
    assert book.apply_early_events(order.name) is None


def test_finished_lots_leave_nothing():
    events, (_, order) = EarlyEvents(), in_flight()
    events.add(order.name, cancelled(order, OURS))
    events.forget([8])
    assert list(events.pop(order.name)) == [cancelled(order, OURS)]
    events.add(order.name, cancelled(order, OURS))
    events.forget([7])
    assert list(events.pop(order.name)) == []
