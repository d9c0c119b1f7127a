import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.pacing import MOST_AT_ONCE, pace_of
from messages.lifecycle import KeeperPace

QUESTIONS_A_MINUTE = 5_400  # of weight: nine tenths of 6000
PASS, COMMISSION, FIRST_START = 26, 20, 66


@pytest.mark.parametrize("pairs", [1, MOST_AT_ONCE])
def test_some_pairs_ask_for_everything_at_once(pairs):
    assert {pace_of(place, pairs) for place in range(pairs)} == {KeeperPace()}
    assert pairs * FIRST_START < QUESTIONS_A_MINUTE


@given(st.integers(MOST_AT_ONCE + 1, 200))
def test_of_many_pairs_no_minute_has_more_questions_than_the_exchange_allows(pairs):
    paces = [pace_of(place, pairs) for place in range(pairs)]
    assert all(each.is_sparing for each in paces)
    moments = [(0.0, PASS)] * pairs
    moments += [(each.second_look_after_s + 120 * number, PASS) for each in paces for number in range(5)]
    moments += [(each.commission_after_s, COMMISSION) for each in paces]
    for start_s in range(0, 600, 5):
        assert sum(weight for at_s, weight in moments if start_s <= at_s < start_s + 60) < QUESTIONS_A_MINUTE


@given(st.integers(1, 1000), st.data())
def test_no_comparison_is_put_off_beyond_the_next_regular_one(pairs, data):
    pace = pace_of(data.draw(st.integers(0, pairs - 1)), pairs)
    assert pace.second_look_after_s is None or 3 <= pace.second_look_after_s <= 120
