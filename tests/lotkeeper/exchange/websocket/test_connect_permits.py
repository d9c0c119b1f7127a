"""What a stream has of leave to connect."""

import random

from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.exchange.websocket.connect_permits import WINDOW_MS, Leaves

NOW_MS = 1_795_000_000_000


def test_the_first_attempt_needs_none_and_the_next_one_does():
    leaves = Leaves()
    assert leaves.may_go(NOW_MS, NOW_MS)
    spent = leaves.spent(NOW_MS)
    assert (spent.number, spent.is_granted, spent.attempts_ms) == (2, False, (NOW_MS,))
    assert not spent.may_go(NOW_MS + 1000, NOW_MS)


def test_only_the_leave_that_is_waited_for_counts():
    spent = Leaves().spent(NOW_MS)
    assert not spent.granted(1).is_granted
    assert spent.granted(2).may_go(NOW_MS, NOW_MS)
    assert spent.granted(2).granted(2) == spent.granted(2)


def test_attempts_of_before_five_minutes_are_forgotten():
    leaves = Leaves().spent(NOW_MS).spent(NOW_MS + WINDOW_MS)
    assert leaves.attempts_ms == (NOW_MS + WINDOW_MS,)


def test_without_a_word_it_goes_alone_after_two_seconds_and_then_rarely():
    leaves = Leaves().spent(NOW_MS)
    assert leaves.may_go(NOW_MS + 2000, NOW_MS)
    alone = leaves.spent(NOW_MS + 2000)
    assert not alone.may_go(NOW_MS + 101_000, NOW_MS + 2000)
    assert alone.may_go(NOW_MS + 102_000, NOW_MS + 2000)


@given(st.integers(0, 2**32))
def test_a_hundred_streams_that_nobody_answers_stay_within_the_limit(seed):
    """300 attempts in any five minutes for the address, however often each of them falls."""
    draw = random.Random(seed)
    attempts = []
    for _ in range(100):
        leaves, now_ms, since_ms = Leaves().spent(NOW_MS - WINDOW_MS), NOW_MS, NOW_MS
        while now_ms < NOW_MS + 2 * WINDOW_MS:
            now_ms += draw.randrange(100, 20_000)
            if leaves.may_go(now_ms, since_ms):
                leaves, since_ms = leaves.spent(now_ms), now_ms
                attempts.append(now_ms)
    attempts.sort()
    assert all(later - first >= WINDOW_MS for first, later in zip(attempts, attempts[300:], strict=False))
