"""The table of what becomes of an alert."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.alerts.states import NEXT, AlertEvent, AlertState, AlertStateError, next_state

OPEN = tuple(each for each in AlertState if each is not AlertState.RECOVERED)


@pytest.mark.parametrize("state", OPEN)
@pytest.mark.parametrize("event", AlertEvent)
def test_every_event_may_happen_to_what_is_open(state, event):
    assert next_state(state, event) in AlertState


def test_what_is_over_stays_over():
    assert next_state(AlertState.RECOVERED, AlertEvent.DELIVER) is AlertState.RECOVERED
    for event in set(AlertEvent) - {AlertEvent.DELIVER}:
        with pytest.raises(AlertStateError, match=f"that is recovered cannot {event}"):
            next_state(AlertState.RECOVERED, event)


@given(st.lists(st.sampled_from(AlertEvent), max_size=20))
def test_only_what_has_become_worse_is_told_again_after_an_acknowledgement(events):
    state = next_state(AlertState.DELIVERED, AlertEvent.ACKNOWLEDGE)
    for event in (each for each in events if each is not AlertEvent.RECOVER):
        state = next_state(state, event)
    if AlertEvent.WORSEN not in events:
        assert state is AlertState.ACKNOWLEDGED


def test_the_table_knows_no_state_that_there_is_not():
    assert {state for state, _ in NEXT} == set(AlertState)
