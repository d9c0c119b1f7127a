import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.pacing import MOST_AT_ONCE, pace_of
from actors.pair_keeper.comparison_times import ComparisonTimes
from messages.lifecycle import KeeperPace

QUESTIONS_A_MINUTE = 5_400  # of weight: nine tenths of 6000
PASS, COMMISSION, FIRST_START = 26, 20, 66


@pytest.mark.parametrize("pairs", [1, MOST_AT_ONCE])
def test_some_pairs_ask_for_everything_at_once(pairs):
    assert {pace_of(place, pairs) for place in range(pairs)} == {KeeperPace()}
    assert pairs * FIRST_START < QUESTIONS_A_MINUTE


@settings(deadline=None)
@given(st.integers(MOST_AT_ONCE + 1, 200))
def test_of_many_pairs_no_minute_has_more_questions_than_the_exchange_allows(pairs):
    paces = [pace_of(place, pairs) for place in range(pairs)]
    assert all(each.is_sparing for each in paces)
    moments = [(0.0, PASS)] * pairs
    moments += [(at_s, PASS) for each in paces for at_s in comparisons(each)]
    moments += [(each.commission_after_s + 600 * number, COMMISSION) for each in paces for number in range(2)]
    in_5_s = [0] * 400
    for at_s, weight in moments:
        in_5_s[int(at_s // 5)] += weight
    assert max(sum(in_5_s[first : first + 12]) for first in range(180)) < QUESTIONS_A_MINUTE


def comparisons(pace: KeeperPace) -> list[float]:
    """Those after the first one, in seconds after the start, as long as nothing happens."""
    times = ComparisonTimes(pace)
    moments = [pace.second_look_after_s or 0.0]
    while moments[-1] < 900:
        moments.append(times.next_after(moments[-1]))
    return moments


def test_once_started_many_pairs_compare_evenly_over_the_two_minutes():
    moments = sorted(at_s for place in range(200) for at_s in comparisons(pace_of(place, 200)) if at_s >= 130)
    assert all(abs(sum(start_s <= each < start_s + 12 for each in moments) - 20) <= 1 for start_s in range(140, 800))


@given(st.integers(1, 1000), st.data())
def test_no_comparison_is_put_off_beyond_the_next_regular_one(pairs, data):
    pace = pace_of(data.draw(st.integers(0, pairs - 1)), pairs)
    assert pace.second_look_after_s is None or 3 <= pace.second_look_after_s <= 120
