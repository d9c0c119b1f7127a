from itertools import product

import pytest

from lotkeeper.trading.lots import states as lot_states
from lotkeeper.trading.lots.states import (
    HOLD_SENTENCES,
    READING,
    HoldEvent,
    HoldReason,
    LotEvent,
    LotState,
    hold_after,
    next_state,
)
from lotkeeper.trading.orders.states import ImpossibleError

S, E = LotState, LotEvent

# A person can only cancel a SELL that stands, and a closed lot has none; nor has it anything left to queue for.
IMPOSSIBLE = {(S.CLOSED, E.HELD), (S.CLOSED, E.QUEUED)}


@pytest.mark.parametrize(("state", "event"), list(product(S, E)))
def test_every_event_moves_or_is_named_impossible(state, event):
    if (state, event) not in IMPOSSIBLE:
        assert next_state(state, event) in S
        return
    with pytest.raises(ImpossibleError, match=f"a lot that is {state} cannot be {event}"):
        next_state(state, event)


def test_the_table_is_total_and_what_is_impossible_is_named_with_its_reason():
    moving = {(state, event) for state, row in lot_states._TABLE.items() for event in row}
    assert set(lot_states.IMPOSSIBLE) == IMPOSSIBLE
    assert all(lot_states.IMPOSSIBLE.values())
    assert moving | IMPOSSIBLE == set(product(S, E))
    assert not moving & IMPOSSIBLE


@pytest.mark.parametrize("event", sorted(set(E) - {E.RESUMED, E.SOLD_OUT}))
def test_what_a_person_holds_only_a_person_frees(event):
    assert next_state(S.HELD, event) is S.HELD


@pytest.mark.parametrize("state", S)
def test_everything_sold_closes_a_lot_whatever_it_waited_for(state):
    assert next_state(state, E.SOLD_OUT) is S.CLOSED


@pytest.mark.parametrize(
    ("state", "event", "after"),
    [
        (S.PARKED, E.BOUGHT, S.OPEN),  # what was too small may be enough now
        (S.SELLING, E.QUEUED, S.SELLING),  # only the rest waits for an order slot
        (S.QUEUED, E.SELL_SENT, S.SELLING),
        (S.OPEN, E.QUEUED, S.QUEUED),
        (S.CLOSED, E.BOUGHT, S.OPEN),  # a late fill of the BUY
        (S.SELLING, E.PARKED, S.SELLING),  # only the rest is parked
        (S.SELLING, E.SELL_ENDED, S.OPEN),
        (S.HELD, E.RESUMED, S.OPEN),
        (S.CLOSED, E.RESUMED, S.CLOSED),
    ],
)
def test_ways(state, event, after):
    assert next_state(state, event) is after


# Why a lot is held

H, V = HoldReason, HoldEvent
HOLDS = (None, *H)

IMPOSSIBLE_HOLDS = {
    *((hold, event) for hold in HOLDS if hold not in READING for event in (V.READ, V.DOUBTED)),
    *((hold, V.RELEASED) for hold in READING),
    *((hold, V.UNLISTED) for hold in HOLDS if hold is not H.ORDER_LIST),
}


@pytest.mark.parametrize(("hold", "event"), list(product(HOLDS, V)))
def test_every_event_leads_to_a_reason_or_is_named_impossible(hold, event):
    if (hold, event) not in IMPOSSIBLE_HOLDS:
        assert hold_after(hold, event) in HOLDS
        return
    what = f"held \\({hold}\\)" if hold else "not held"
    with pytest.raises(ImpossibleError, match=f"a lot that is {what} cannot be {event}: .+"):
        hold_after(hold, event)


def test_the_table_of_reasons_is_total_and_each_reason_has_a_sentence():
    leading = {(hold, event) for hold, row in lot_states._HOLDS.items() for event in row}
    assert set(lot_states.IMPOSSIBLE_HOLDS) == IMPOSSIBLE_HOLDS
    assert leading | IMPOSSIBLE_HOLDS == set(product(HOLDS, V))
    assert not leading & IMPOSSIBLE_HOLDS
    assert set(HOLD_SENTENCES) == set(H)


@pytest.mark.parametrize("event", sorted(set(V) - {V.READ, V.DOUBTED, V.UNLISTED}))
def test_nothing_lifts_a_release(event):
    assert hold_after(H.RELEASING, event) is H.RELEASING


@pytest.mark.parametrize("hold", sorted(READING))
@pytest.mark.parametrize("event", [V.CANCELLED, V.AMENDED, V.UNREAD, V.RESUMED])
def test_only_the_history_itself_ends_its_reading(hold, event):
    assert hold_after(hold, event) in READING


@pytest.mark.parametrize("by_hand", [V.CANCELLED, V.AMENDED])
@pytest.mark.parametrize("is_read_first", [True, False])
def test_what_a_person_does_holds_the_lot_whether_it_is_read_before_or_after(by_hand, is_read_first):
    events = [V.UNREAD, V.READ, by_hand] if is_read_first else [by_hand, V.UNREAD, V.READ]
    hold = None
    for event in events:
        hold = hold_after(hold, event)
    assert hold is hold_after(None, by_hand)
    assert hold_after(hold, V.RESUMED) is None


@pytest.mark.parametrize("hold", HOLDS)
def test_a_resume_frees_all_but_what_is_released_or_left_to_a_list_or_not_read(hold):
    expected = hold if hold in (H.RELEASING, H.ORDER_LIST) else H.READING if hold in READING else None
    assert hold_after(hold, V.RESUMED) is expected
