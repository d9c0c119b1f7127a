"""What went wrong decides when to try again, and whether a person should hear of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.exchange.websocket.retry import Again, Ceilings, Failure, Kind, kind_of_code, kind_of_status, next_try


def tried(kind: Kind, short_lives: int = 1, jitter: float = 1.0, asked_s: float | None = None) -> Again:
    return next_try(Failure(kind, "a reason", asked_s), short_lives, jitter, Ceilings(30.0, 0.4))


def test_the_first_end_is_followed_at_once():
    assert tried(Kind.ENDED) == Again(0.01)


def test_short_lives_wait_longer_and_longer_up_to_half_a_minute():
    waits = [tried(Kind.SERVER, number).after_s for number in range(1, 12)]
    assert waits == pytest.approx([0.01, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0, 30.0])


def test_full_jitter_takes_any_part_of_it():
    assert tried(Kind.ENDED, 9, jitter=0.5).after_s == pytest.approx(12.8)
    assert tried(Kind.ENDED, 9, jitter=0.0).after_s == 0.01


def test_where_nobody_is_reached_the_next_try_is_soon_for_ever():
    assert [tried(Kind.UNREACHABLE, number).after_s for number in (1, 2, 3, 50)] == [0.01, 0.2, 0.4, 0.4]


@pytest.mark.parametrize("kind", [Kind.KEY, Kind.ADDRESS, Kind.CERTIFICATE])
def test_what_only_a_person_can_mend_is_tried_rarely_and_said_aloud(kind):
    assert tried(kind) == Again(60.0, is_loud=True)
    assert tried(kind, jitter=0.0) == Again(30.0, is_loud=True)


def test_a_limit_is_kept_to_the_second():
    assert tried(Kind.LIMITED, asked_s=20.0, jitter=0.0) == Again(20.0, is_loud=True)
    assert tried(Kind.LIMITED, jitter=0.0) == Again(60.0, is_loud=True)
    assert tried(Kind.LIMITED, jitter=1.0) == Again(120.0, is_loud=True)


def test_a_clock_that_was_set_is_tried_at_once_but_not_for_ever():
    assert tried(Kind.CLOCK, 3) == Again(0.01)
    assert tried(Kind.CLOCK, 4).after_s == pytest.approx(0.8)


def test_a_server_that_names_a_time_is_obeyed():
    assert tried(Kind.SERVER, asked_s=7.0, jitter=0.0).after_s == 7.0


@given(
    st.sampled_from(Kind),
    st.integers(1, 10_000),
    st.floats(0, 1),
    st.none() | st.floats(0.001, 300_000),
)
def test_every_failure_is_tried_again_some_time_and_never_before_it_is_allowed(kind, lives, jitter, asked_s):
    again = tried(kind, lives, jitter, asked_s)
    assert again.after_s >= 0.01
    if asked_s is not None and kind is Kind.LIMITED:
        assert again.after_s >= asked_s
    if asked_s is None:
        assert again.after_s <= 120


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, Kind.LIMITED),
        (418, Kind.LIMITED),
        (404, Kind.ADDRESS),
        (403, Kind.ADDRESS),
        (410, Kind.ADDRESS),
        (500, Kind.SERVER),
        (503, Kind.SERVER),
        (301, Kind.SERVER),
    ],
)
def test_an_answer_instead_of_a_websocket(status, kind):
    assert kind_of_status(status) is kind


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (-1021, Kind.CLOCK),
        (-2015, Kind.KEY),
        (-1022, Kind.KEY),
        (-1003, Kind.LIMITED),
        (-1034, Kind.LIMITED),
        (-1000, Kind.ENDED),
        (-2042, Kind.ENDED),
    ],
)
def test_a_subscription_that_is_refused(code, kind):
    assert kind_of_code(code) is kind
