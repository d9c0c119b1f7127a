"""Polling stays within its share of the weight, however many pairs there are."""

from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.exchange.websocket.polling import poll_every_s


def test_a_few_pairs_are_polled_every_few_seconds():
    assert [poll_every_s(pairs) for pairs in (1, 3, 6)] == [2.0, 2.0, 3.9]


@given(st.integers(1, 1000))
def test_all_pairs_together_take_less_than_half_of_the_weight_of_a_minute(pairs):
    assert pairs * 26 * (60 / poll_every_s(pairs)) <= 2400.001
