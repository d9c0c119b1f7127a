"""Quiet hours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.alerts.settings import QuietHours

MINUTES = st.integers(0, 1439)
HOUR_MS = 3_600_000


@pytest.mark.parametrize(
    ("start", "end", "hour", "is_quiet"),
    [(22, 7, 23, True), (22, 7, 6, True), (22, 7, 7, False), (22, 7, 12, False), (1, 3, 2, True), (1, 3, 3, False)],
)
def test_they_may_contain_midnight(start, end, hour, is_quiet):
    assert QuietHours(start * 60, end * 60).contain(hour * HOUR_MS + 20 * 365 * 24 * HOUR_MS) == is_quiet


@given(MINUTES, MINUTES, st.integers(0, 10**13))
def test_a_moment_is_in_them_or_in_the_rest_of_the_day(start, end, now_ms):
    if start != end:
        assert QuietHours(start, end).contain(now_ms) != QuietHours(end, start).contain(now_ms)
    else:
        assert not QuietHours(start, end).contain(now_ms)
