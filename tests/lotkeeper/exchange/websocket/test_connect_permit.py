"""Whether a stream may connect."""

import random

from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.exchange.websocket.connect_permit import WINDOW_MS, ConnectPermit
from tests.lotkeeper.exchange.conftest import UNHURRIED

NOW_MS = 1_795_000_000_000


def test_the_first_attempt_needs_no_permit_and_the_next_one_does():
    permit = ConnectPermit()
    assert permit.may_connect(NOW_MS, NOW_MS)
    used = permit.used(NOW_MS)
    assert (used.number, used.is_granted, used.attempts_ms) == (2, False, (NOW_MS,))
    assert not used.may_connect(NOW_MS + 1000, NOW_MS)


def test_only_the_permit_that_is_waited_for_counts():
    used = ConnectPermit().used(NOW_MS)
    assert not used.granted(1).is_granted
    assert used.granted(2).may_connect(NOW_MS, NOW_MS)
    assert used.granted(2).granted(2) == used.granted(2)


def test_attempts_older_than_five_minutes_are_forgotten():
    permit = ConnectPermit().used(NOW_MS).used(NOW_MS + WINDOW_MS)
    assert permit.attempts_ms == (NOW_MS + WINDOW_MS,)


def test_without_an_answer_it_connects_after_two_seconds_and_then_rarely():
    permit = ConnectPermit().used(NOW_MS)
    assert permit.may_connect(NOW_MS + 2000, NOW_MS)
    alone = permit.used(NOW_MS + 2000)
    assert not alone.may_connect(NOW_MS + 101_000, NOW_MS + 2000)
    assert alone.may_connect(NOW_MS + 102_000, NOW_MS + 2000)


@UNHURRIED
@given(st.integers(0, 2**32))
def test_a_hundred_streams_without_a_gateway_stay_within_the_limit(seed):
    """300 attempts in any five minutes for the address, however often each of them falls."""
    draw = random.Random(seed)
    attempts = []
    for _ in range(100):
        permit, now_ms, since_ms = ConnectPermit().used(NOW_MS - WINDOW_MS), NOW_MS, NOW_MS
        while now_ms < NOW_MS + 2 * WINDOW_MS:
            now_ms += draw.randrange(100, 20_000)
            if permit.may_connect(now_ms, since_ms):
                permit, since_ms = permit.used(now_ms), now_ms
                attempts.append(now_ms)
    attempts.sort()
    assert all(later - first >= WINDOW_MS for first, later in zip(attempts, attempts[300:], strict=False))
