"""The phases of a keeper and every way from one to another; what troubles it, as a value."""

import itertools

import pytest

from actors.pair_keeper.state import TRANSITIONS, Phase, PhaseError, PhaseEvent, Trouble, TroubleKind, next_phase
from tests.actors.pair_keeper.bench import new_state, open_state

LOADING, RECONCILING, TRADING = Phase.LOADING, Phase.RECONCILING, Phase.TRADING
OPENED, RECONCILED = PhaseEvent.BOOK_OPENED, PhaseEvent.RECONCILED


@pytest.mark.parametrize(("phase", "event"), [*itertools.product(Phase, PhaseEvent)])
def test_what_the_table_does_not_have_is_an_error(phase, event):
    if (phase, event) in TRANSITIONS:
        assert next_phase(phase, event) is TRANSITIONS[phase, event]
    else:
        with pytest.raises(PhaseError, match=f"{phase} cannot hear: {event}"):
            next_phase(phase, event)


def test_the_table():
    assert {
        (LOADING, OPENED): RECONCILING,
        (RECONCILING, RECONCILED): TRADING,
        (TRADING, RECONCILED): TRADING,
    } == TRANSITIONS


def test_every_phase_can_be_reached_from_the_first():
    reached = {LOADING}
    for _ in Phase:
        reached |= {after for (before, _), after in TRANSITIONS.items() if before in reached}
    assert reached == set(Phase)


def test_the_predicates_of_each_phase():
    loading, reconciling, trading = new_state(), open_state(is_trading=False), open_state()
    assert [each.phase for each in (loading, reconciling, trading)] == [LOADING, RECONCILING, TRADING]
    assert [each.has_book for each in (loading, reconciling, trading)] == [False, True, True]
    assert [each.is_trading for each in (loading, reconciling, trading)] == [False, False, True]


@pytest.mark.parametrize("kind", TroubleKind)
def test_each_trouble_has_a_sentence_with_its_detail(kind):
    assert "XYZ" in Trouble(kind, "XYZ").sentence("USDT")


def test_the_sentence_of_a_trouble_is_made_for_the_pair():
    state = open_state()
    assert state.trouble_sentence() == ""
    state.trouble = Trouble(TroubleKind.FEE_NOT_VALUED, "BNB")
    assert state.trouble_sentence() == "a fee was paid in BNB, and no market of the exchange values it in USDT"


def test_a_trouble_ends_by_its_kind():
    state = open_state()
    state.trouble = Trouble(TroubleKind.IMPOSSIBLE, "a report")
    assert not state.end_trouble(TroubleKind.UNANSWERED)
    assert state.trouble is not None
    assert state.end_trouble(TroubleKind.IMPOSSIBLE)
    assert state.trouble is None
    assert not state.end_trouble(TroubleKind.IMPOSSIBLE)
