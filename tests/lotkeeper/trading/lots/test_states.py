from itertools import product

import pytest

from lotkeeper.trading.lots import states as lot_states
from lotkeeper.trading.lots.states import LotEvent, LotState, moved
from lotkeeper.trading.orders.states import ImpossibleError

S, E = LotState, LotEvent

# A person can only cancel a SELL that stands, and a closed lot has none; nor has it anything left to queue for.
IMPOSSIBLE = {(S.CLOSED, E.HELD), (S.CLOSED, E.QUEUED)}


@pytest.mark.parametrize(("state", "event"), list(product(S, E)))
def test_every_event_moves_or_is_named_impossible(state, event):
    if (state, event) not in IMPOSSIBLE:
        assert moved(state, event) in S
        return
    with pytest.raises(ImpossibleError, match=f"a lot that is {state} cannot be {event}"):
        moved(state, event)


def test_the_table_is_total_and_what_is_impossible_is_named_with_its_reason():
    moving = {(state, event) for state, row in lot_states._TABLE.items() for event in row}
    assert set(lot_states.IMPOSSIBLE) == IMPOSSIBLE
    assert all(lot_states.IMPOSSIBLE.values())
    assert moving | IMPOSSIBLE == set(product(S, E))
    assert not moving & IMPOSSIBLE


@pytest.mark.parametrize("event", sorted(set(E) - {E.RESUMED, E.SOLD_OUT}))
def test_what_a_person_holds_only_a_person_frees(event):
    assert moved(S.HELD, event) is S.HELD


@pytest.mark.parametrize("state", S)
def test_everything_sold_closes_a_lot_whatever_it_waited_for(state):
    assert moved(state, E.SOLD_OUT) is S.CLOSED


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
    assert moved(state, event) is after
