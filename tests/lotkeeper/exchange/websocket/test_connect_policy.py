"""When to connect again, when market streams start, and how often the account is polled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.exchange.websocket.connect_policy import (
    Ceilings,
    ConnectFailure,
    FailureKind,
    NextTry,
    failure_of_code,
    failure_of_status,
    market_streams_start_after_s,
    next_try,
    poll_every_s,
)


def tried(
    kind: FailureKind, short_connections: int = 1, jitter: float = 1.0, retry_after_s: float | None = None
) -> NextTry:
    return next_try(ConnectFailure(kind, "a reason", retry_after_s), short_connections, jitter, Ceilings(30.0, 0.4))


def test_after_the_first_end_the_next_try_is_at_once():
    assert tried(FailureKind.ENDED) == NextTry(0.01)


def test_short_connections_wait_longer_and_longer_up_to_half_a_minute():
    waits = [tried(FailureKind.SERVER, number).after_s for number in range(1, 12)]
    assert waits == pytest.approx([0.01, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0, 30.0])


def test_full_jitter_takes_any_part_of_it():
    assert tried(FailureKind.ENDED, 9, jitter=0.5).after_s == pytest.approx(12.8)
    assert tried(FailureKind.ENDED, 9, jitter=0.0).after_s == 0.01


def test_while_no_server_is_reached_the_next_try_is_always_soon():
    assert [tried(FailureKind.UNREACHABLE, number).after_s for number in (1, 2, 3, 50)] == [0.01, 0.2, 0.4, 0.4]


@pytest.mark.parametrize("kind", [FailureKind.KEY, FailureKind.ADDRESS, FailureKind.CERTIFICATE])
def test_what_only_a_person_can_mend_is_tried_rarely_and_reported_loudly(kind):
    assert tried(kind) == NextTry(60.0, is_loud=True)
    assert tried(kind, jitter=0.0) == NextTry(30.0, is_loud=True)


def test_a_stated_wait_is_kept_exactly():
    assert tried(FailureKind.LIMITED, retry_after_s=20.0, jitter=0.0) == NextTry(20.0, is_loud=True)
    assert tried(FailureKind.LIMITED, jitter=0.0) == NextTry(60.0, is_loud=True)
    assert tried(FailureKind.LIMITED, jitter=1.0) == NextTry(120.0, is_loud=True)


def test_a_clock_that_was_set_is_tried_at_once_but_not_for_ever():
    assert tried(FailureKind.CLOCK, 3) == NextTry(0.01)
    assert tried(FailureKind.CLOCK, 4).after_s == pytest.approx(0.8)


def test_a_server_that_names_a_time_is_obeyed():
    assert tried(FailureKind.SERVER, retry_after_s=7.0, jitter=0.0).after_s == 7.0


@given(
    st.sampled_from(FailureKind),
    st.integers(1, 10_000),
    st.floats(0, 1),
    st.none() | st.floats(0.001, 300_000),
)
def test_every_failure_is_tried_again_and_never_before_it_is_allowed(kind, failures, jitter, retry_after_s):
    again = tried(kind, failures, jitter, retry_after_s)
    assert again.after_s >= 0.01
    if retry_after_s is not None and kind is FailureKind.LIMITED:
        assert again.after_s >= retry_after_s
    if retry_after_s is None:
        assert again.after_s <= 120


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, FailureKind.LIMITED),
        (418, FailureKind.LIMITED),
        (404, FailureKind.ADDRESS),
        (403, FailureKind.ADDRESS),
        (410, FailureKind.ADDRESS),
        (500, FailureKind.SERVER),
        (503, FailureKind.SERVER),
        (301, FailureKind.SERVER),
    ],
)
def test_an_answer_instead_of_a_websocket(status, kind):
    assert failure_of_status(status) is kind


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (-1021, FailureKind.CLOCK),
        (-2015, FailureKind.KEY),
        (-1022, FailureKind.KEY),
        (-1003, FailureKind.LIMITED),
        (-1034, FailureKind.LIMITED),
        (-1000, FailureKind.ENDED),
        (-2042, FailureKind.ENDED),
    ],
)
def test_a_subscription_that_is_refused(code, kind):
    assert failure_of_code(code) is kind


# Market streams at the start


def test_with_a_few_pairs_the_market_stream_starts_with_their_keepers():
    assert [market_streams_start_after_s(pairs) for pairs in range(1, 9)] == [0.0] * 8


def test_with_many_pairs_the_market_streams_start_when_the_keepers_are_done():
    assert [market_streams_start_after_s(pairs) for pairs in (50, 200)] == [2.5, 4.0]


# Polling


def test_a_few_pairs_are_polled_every_few_seconds():
    assert [poll_every_s(pairs) for pairs in (1, 3, 6)] == [2.0, 2.0, 3.9]


@given(st.integers(1, 1000))
def test_all_pairs_together_take_less_than_half_of_the_weight_of_a_minute(pairs):
    assert pairs * 26 * (60 / poll_every_s(pairs)) <= 2400.001
