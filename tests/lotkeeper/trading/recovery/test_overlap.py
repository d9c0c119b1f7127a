"""What is read a second time, and from where."""

import pytest

from lotkeeper.trading.recovery.overlap import AGAIN_AFTER_S, EVERY_S, Overlap


@pytest.fixture
def overlap():
    """The first pass of a keeper has read from the cursor 100 to 120."""
    overlap = Overlap()
    assert overlap.begin_at(100, 0.0) == 100
    overlap.conclude(100, 100, (110, 120), 0.0, is_doubtful=False)
    return overlap


def test_what_the_first_pass_read_is_read_again(overlap):
    assert overlap.begin_at(120, AGAIN_AFTER_S - 0.1) == 120  # it would be the same answer
    assert overlap.begin_at(120, AGAIN_AFTER_S) == 100
    assert overlap.safe_cursor(120) == 100


def test_once_it_was_read_again_without_news_the_cursor_moves_on(overlap):
    overlap.conclude(100, 120, (110, 120), 5.0, is_doubtful=False)
    assert overlap.begin_at(120, 10.0) == overlap.safe_cursor(120) == 120


def test_a_pass_that_began_too_early_does_not_count(overlap):
    overlap.conclude(120, 120, (), 1.0, is_doubtful=False)
    assert overlap.begin_at(120, 3.0) == 100


def test_a_trade_that_was_not_shown_before_is_missed(overlap):
    assert overlap.is_missed(115, 120)
    assert not overlap.is_missed(110, 120)
    assert not overlap.is_missed(121, 120)  # beyond the cursor: new
    assert not overlap.is_missed(99, 120)  # what was before this keeper
    assert not overlap.is_missed(115, None)
    assert not Overlap().is_missed(115, 120)


def test_trades_that_are_read_for_the_first_time_are_read_again(overlap):
    overlap.conclude(100, 120, (110, 120, 130), 5.0, is_doubtful=False)
    assert overlap.begin_at(130, 5.0 + AGAIN_AFTER_S) == 120


def test_after_a_doubtful_pass_all_that_it_has_read_is_read_again(overlap):
    overlap.conclude(100, 120, (110, 115, 120), 5.0, is_doubtful=True)
    assert overlap.begin_at(120, 5.0 + AGAIN_AFTER_S) == overlap.safe_cursor(120) == 100


def test_once_an_hour_the_trades_of_the_hour_are_read_again(overlap):
    overlap.conclude(100, 120, (110, 120), 5.0, is_doubtful=False)
    overlap.conclude(120, 120, (130,), 10.0, is_doubtful=False)
    overlap.conclude(120, 130, (130,), 15.0, is_doubtful=False)
    assert overlap.begin_at(130, EVERY_S - 1) == 130
    assert overlap.begin_at(130, EVERY_S) == 100
    overlap.conclude(100, 130, (110, 120, 130), EVERY_S, is_doubtful=False)
    assert overlap.begin_at(130, EVERY_S + 1) == 130
    assert overlap.begin_at(150, 2 * EVERY_S) == 130
    assert overlap.seen == set()


@pytest.mark.parametrize(
    ("start", "read", "proven"),
    [
        (100, (110, 120), 120),
        (100, (110, 115, 120), 114),  # one that was missing: there may be more after it
        (100, (110, 120, 130), 129),  # a new one
        (120, (), 100),  # too early: what was read for the first time was not read again
        (120, (130,), 100),
    ],
)
def test_no_trade_can_be_missing_before_what_was_read_twice(overlap, start, read, proven):
    assert overlap.proven_cursor(start, max((120, *read)), read) == proven
