"""A pair compares every two minutes at the latest, and pairs that started together do not stay together."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.pair_keeper.comparison_times import EVERY_S, ComparisonTimes
from messages.lifecycle import KeeperPace

BEGAN_S = 1000.0
NEVER = float("-inf")


def times(at_s: float | None) -> ComparisonTimes:
    made = ComparisonTimes(KeeperPace(compares_at_s=at_s))
    made.start(BEGAN_S)
    return made


def test_without_a_moment_of_its_own_a_pair_compares_two_minutes_after_the_last_time():
    assert times(None).next_after(BEGAN_S + 7) == BEGAN_S + 7 + EVERY_S


@given(st.floats(0, EVERY_S, exclude_max=True), st.floats(BEGAN_S, BEGAN_S + 1000))
def test_a_pair_comes_back_to_its_moment_and_never_waits_longer_than_two_minutes(at_s, begun_s):
    moments = [begun_s]
    for _ in range(4):
        moments.append(times(at_s).next_after(moments[-1]))
    assert all(29.9 < later - earlier < EVERY_S + 0.1 for earlier, later in pairwise(moments))
    off_s = (moments[-1] - BEGAN_S - at_s) % EVERY_S
    assert min(off_s, EVERY_S - off_s) == pytest.approx(0, abs=1e-6)


def test_a_keeper_that_has_never_compared_is_due_at_once():
    assert times(60.0).next_after(NEVER) == NEVER
