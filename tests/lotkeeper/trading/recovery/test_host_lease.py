"""Which of two hosts may send orders: tables of decisions, and two hosts whose clocks drift and jump."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.recovery.host_lease import (
    LIFE_MS,
    MAY_SEND_MS,
    Claim,
    HostLease,
    MayTake,
    MustWait,
    WaitReason,
    decide_take,
    may_send_until,
    order_of_another_host,
)
from lotkeeper.trading.recovery.in_flight import alive_until, may_arrive_for_ms

NOW = 1_700_000_000_000
LIVE = HostLease(3, "a", "host-a", NOW - 60_000, NOW + 5_000, 5_000)
ENDED = replace(LIVE, ends_ms=NOW - 1)
RELEASED = replace(LIVE, released_ms=NOW - 1_000)
UNENDING = replace(LIVE, ends_ms=None)
STANDBY, ALONE = Claim("b", True, 60.0), Claim("b", False, 60.0)


@pytest.mark.parametrize(
    ("found", "claim", "decided"),
    [
        (None, STANDBY, MayTake()),
        (LIVE, replace(STANDBY, holder="a"), MayTake()),
        (LIVE, STANDBY, MustWait(WaitReason.HELD, 5_000)),
        (LIVE, ALONE, MustWait(WaitReason.HELD, 5_000)),
        (ENDED, replace(STANDBY, unchanged_s=8.0), MayTake(True, 15_000)),
        (ENDED, replace(ALONE, unchanged_s=9.0), MayTake(True, 14_000)),
        (ENDED, replace(STANDBY, unchanged_s=7.0), MustWait(WaitReason.NOT_SURE, 1_000)),
        (ENDED, STANDBY, MayTake(True, 0)),
        (RELEASED, replace(STANDBY, unchanged_s=0.0), MayTake(True, 0)),
        (replace(RELEASED, may_arrive_ms=9_000), STANDBY, MayTake(True, 8_000)),
        (UNENDING, STANDBY, MustWait(WaitReason.UNENDING, LIFE_MS)),
        (UNENDING, ALONE, MayTake(True)),
    ],
)
def test_a_lease_is_taken_when_its_holder_has_certainly_stopped(found, claim, decided):
    assert decide_take(found, claim, NOW) == decided


@given(
    asked_ms=st.integers(0, 10**9),
    round_trip_ms=st.integers(0, 60_000),
    drift=st.floats(0.9, 1.1),
    offset_ms=st.integers(-(10**12), 10**12),
    jump_ms=st.integers(0, 10**9),
    looked_ms=st.integers(0, 200_000),
    seen_ms=st.integers(0, 200_000),
)
def test_the_holder_has_stopped_before_another_may_take_it(
    asked_ms, round_trip_ms, drift, offset_ms, jump_ms, looked_ms, seen_ms
):
    """In true time, whatever the clocks say: that of the holder drifts, that of the database is off and jumps ahead."""
    written_ms = asked_ms + round_trip_ms
    ends_ms = written_ms + offset_ms + LIFE_MS
    stops_ms = asked_ms + (may_send_until(0.0) * 1000) * drift
    looks_at_ms = written_ms + looked_ms
    unchanged_s = min(seen_ms, looked_ms) / 1000
    found = HostLease(1, "a", "a", 0, ends_ms, 5_000)
    decided = decide_take(found, Claim("b", True, unchanged_s), looks_at_ms + offset_ms + jump_ms)
    if isinstance(decided, MayTake):
        assert looks_at_ms >= stops_ms
        assert looks_at_ms + decided.may_arrive_ms >= alive_until(round(stops_ms), 5_000)


@given(may_arrive_ms=st.integers(1, 100_000), now_ms=st.integers(0, 10**12), recv_window_ms=st.integers(1, 60_000))
def test_an_order_of_another_host_counts_as_in_flight_for_as_long_as_it_may_arrive(
    may_arrive_ms, now_ms, recv_window_ms
):
    note = order_of_another_host(may_arrive_ms, now_ms, recv_window_ms)
    assert note is not None
    assert note.symbol == ""
    life_ms = alive_until(0, recv_window_ms)
    assert may_arrive_for_ms(note, now_ms) == min(may_arrive_ms, life_ms)


def test_nothing_is_noted_where_nothing_can_arrive():
    assert order_of_another_host(0, NOW, 5_000) is None


def test_the_holder_stops_earlier_than_its_record_ends():
    assert may_send_until(10.0) == 10.0 + MAY_SEND_MS / 1000 < 10.0 + LIFE_MS / 1000
