from itertools import product

import pytest

from lotkeeper.trading.orders import states as order_states
from lotkeeper.trading.orders.states import (
    AWAITED,
    CANCELABLE,
    FINAL_STATUS,
    IN_FLIGHT,
    LIVE,
    NEVER_ON_BOOK,
    ON_BOOK,
    ImpossibleError,
    OrderEvent,
    OrderState,
    event_of,
    next_state,
)

S, E = OrderState, OrderEvent
ENDED = {S.FILLED, S.CANCELED, S.EXPIRED, S.REFUSED, S.NOT_SENT}

# What cannot happen: an order that answered is never sent again; only what stands for certain is cancelled by us; and
# no cancel is refused that was never sent; and a person settles nothing but a doubt.
IMPOSSIBLE = {
    *((state, E.SENT_AGAIN) for state in S if state not in IN_FLIGHT),
    *((state, E.CANCEL_SENT) for state in (S.PLACING, S.UNKNOWN, *ENDED)),
    *((state, E.NEVER_ARRIVED) for state in S if state is not S.UNKNOWN),
    *((state, E.CANCEL_REFUSED) for state in (S.PLACING, S.UNKNOWN, S.REFUSED, S.NOT_SENT)),
}


@pytest.mark.parametrize(("state", "event"), list(product(S, E)))
def test_every_event_moves_or_is_named_impossible(state, event):
    if (state, event) not in IMPOSSIBLE:
        assert next_state(state, event) in S
        return
    with pytest.raises(ImpossibleError, match=f"an order that is {state} cannot be {event}"):
        next_state(state, event)


def test_the_table_is_total_and_what_is_impossible_is_named_with_its_reason():
    moving = {(state, event) for state, row in order_states._TABLE.items() for event in row}
    assert set(order_states.IMPOSSIBLE) == IMPOSSIBLE
    assert all(order_states.IMPOSSIBLE.values())
    assert moving | IMPOSSIBLE == set(product(S, E))
    assert not moving & IMPOSSIBLE


@pytest.mark.parametrize(
    ("state", "event", "after"),
    [
        (S.FILLED, E.ACCEPTED, S.FILLED),  # a late NEW
        (S.FILLED, E.PARTIALLY_FILLED, S.FILLED),
        (S.FILLED, E.CANCELED, S.FILLED),  # the cancel lost the race
        (S.PARTIALLY_FILLED, E.ACCEPTED, S.PARTIALLY_FILLED),
        (S.CANCELED, E.FILLED, S.FILLED),  # filled after the cancel
        (S.CANCELED, E.ACCEPTED, S.CANCELED),  # a stale snapshot
        (S.EXPIRED, E.PARTIALLY_FILLED, S.EXPIRED),  # its last fill is told after its end
        (S.UNKNOWN, E.ANSWER_LOST, S.UNKNOWN),
        (S.UNKNOWN, E.SENT_AGAIN, S.PLACING),
        (S.UNKNOWN, E.NEVER_ARRIVED, S.REFUSED),
        (S.OPEN, E.REFUSED, S.OPEN),  # "Duplicate order sent."
        (S.REFUSED, E.ACCEPTED, S.OPEN),  # the refusal was a copy's
        (S.REFUSED, E.ANSWER_LOST, S.REFUSED),
        (S.OPEN, E.NOT_SENT, S.OPEN),  # a copy was not sent
        (S.NOT_SENT, E.ACCEPTED, S.OPEN),  # what was not sent was a copy
        (S.NOT_SENT, E.NOT_SENT, S.NOT_SENT),
        (S.CANCELING, E.FILLED, S.FILLED),  # our cancel lost the race
        (S.CANCELING, E.ANSWER_LOST, S.CANCELING),  # silence about a cancel ends nothing
        (S.CANCELING, E.ACCEPTED, S.CANCELING),  # a late NEW, or an answer that says it stands still
        (S.CANCELING, E.CANCEL_REFUSED, S.OPEN),
        (S.FILLED, E.CANCEL_REFUSED, S.FILLED),  # it was filled before its cancel arrived
        (S.PLACING, E.AMENDED, S.OPEN),  # amended before our reply arrived
        (S.FILLED, E.AMENDED, S.FILLED),
    ],
)
def test_surprises(state, event, after):
    assert next_state(state, event) is after


@pytest.mark.parametrize(
    ("state", "event"), sorted(product(ENDED - NEVER_ON_BOOK, set(E) - {E.SENT_AGAIN, E.CANCEL_SENT, E.NEVER_ARRIVED}))
)
def test_an_order_that_ended_on_the_book_stays_ended(state, event):
    assert next_state(state, event) in ENDED


@pytest.mark.parametrize("state", S)
def test_silence_ends_nothing(state):
    """A lost answer never makes an order that may live an ended one."""
    assert (state in LIVE) == (next_state(state, E.ANSWER_LOST) in LIVE)


def test_the_sets_of_states_agree():
    assert LIVE == IN_FLIGHT | ON_BOOK
    assert not IN_FLIGHT & ON_BOOK
    assert set(S) - ENDED == LIVE
    assert IN_FLIGHT | {S.CANCELING} == AWAITED
    assert {S.OPEN, S.PARTIALLY_FILLED} == CANCELABLE
    assert {S.REFUSED, S.NOT_SENT} == NEVER_ON_BOOK


@pytest.mark.parametrize(
    ("status", "event"),
    [
        ("NEW", E.ACCEPTED),
        ("PENDING_NEW", E.ACCEPTED),
        ("PENDING_CANCEL", E.ACCEPTED),  # the cancel may yet lose the race
        ("PARTIALLY_FILLED", E.PARTIALLY_FILLED),
        ("FILLED", E.FILLED),
        ("CANCELED", E.CANCELED),
        ("EXPIRED", E.EXPIRED),
        ("EXPIRED_IN_MATCH", E.EXPIRED),
        ("REJECTED", E.REFUSED),
        ("REPLACED", E.AMENDED),
    ],
)
def test_every_status_of_the_exchange_is_an_event(status, event):
    assert event_of(status) is event
    assert (status in FINAL_STATUS) == (next_state(S.PLACING, event) not in LIVE)


@pytest.mark.parametrize("status", ["", "new", "HALTED"])
def test_a_status_not_known_is_said_aloud(status):
    with pytest.raises(ImpossibleError, match=f"order status {status!r}, which is not known"):
        event_of(status)


def test_the_table_has_a_row_for_every_state():
    assert set(order_states._TABLE) == set(S)
