"""The unfilled order count, by the numbers of "Spot Unfilled Order Count Rules"."""

import pytest

from binance_sim.account.unfilled import DAY_US, TEN_SECONDS_US, UnfilledCount
from binance_sim.clock import FixedClock
from binance_sim.errors import TooManyOrdersError


@pytest.fixture
def clock():
    clock = FixedClock()
    clock.now_us = DAY_US * 20_000
    return clock


def test_a_first_fill_takes_off_one_or_five_as_maker_but_never_below_zero(clock):
    count = UnfilledCount(clock)
    for _ in range(7):
        count.add()
    count.count_first_fill(maker=False)
    assert count.counts() == [6, 6]
    count.count_first_fill(maker=True)
    assert count.counts() == [1, 1]
    count.count_first_fill(maker=True)
    assert count.counts() == [0, 0]


def test_windows_begin_with_the_clock_not_with_the_first_order(clock):
    count = UnfilledCount(clock, (2, 0))
    clock.now_us += TEN_SECONDS_US - 1
    count.add()
    count.add()
    with pytest.raises(TooManyOrdersError) as full:
        count.check()
    assert full.value.code == -1015
    assert full.value.retry_us == clock.now_us + 1
    clock.now_us += 1
    count.check()
    assert count.counts() == [0, 2]


def test_the_day_decides_when_to_come_back_if_both_are_full(clock):
    count = UnfilledCount(clock, (1, 1))
    count.add()
    with pytest.raises(TooManyOrdersError) as full:
        count.check()
    assert full.value.retry_us == clock.now_us + DAY_US
    assert "1 DAY" in full.value.text


def test_a_limit_of_zero_is_none(clock):
    count = UnfilledCount(clock, (0, 0))
    for _ in range(1000):
        count.add()
    count.check()


def test_counts_are_taken_up_again(clock):
    count, later = UnfilledCount(clock), UnfilledCount(clock)
    count.add(3)
    later.load(count.dump())
    assert later.counts() == [3, 3]
