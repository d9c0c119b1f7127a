"""When a pair only watches, what is said of it, and how it returns."""

import pytest

from lotkeeper.trading.recovery.trust import CONTRADICTIONS, UNPROVEN_AFTER_MS, BookTrust, watch_only

DENIED = "the exchange does not know SELL lk1-5eh-1"


def said(ground, age_ms=0):
    return watch_only(ground, "BTCUSDT", age_ms)


def contradicted(times, ground=BookTrust()):  # noqa: B008 (frozen)
    for _ in range(times):
        ground = ground.contradicted("of two minds")
    return ground


def test_a_proven_pair_trades():
    assert said(BookTrust()) == said(BookTrust().passed("")) == said(BookTrust(), None) == ""


def test_a_sell_that_the_exchange_does_not_know_ends_with_a_comparison_that_knows_all():
    ground = BookTrust().passed(DENIED)
    assert said(ground).startswith(DENIED)
    assert "move the database away" in said(ground)
    assert said(ground.passed("")) == ""


def test_a_sell_that_was_just_placed_may_not_be_found_yet():
    ground = BookTrust().passed(DENIED, is_certain=False)
    assert said(ground) == ""
    assert ground.again_after_s == 2
    assert said(ground.passed(DENIED)).startswith(DENIED)


def test_what_is_denied_is_asked_about_again_soon_and_then_once_a_minute():
    ground, waits = BookTrust(), []
    for _ in range(7):
        ground = ground.passed(DENIED)
        waits.append(ground.again_after_s)
    assert waits == [2, 4, 8, 16, 32, 60, 60]
    assert ground.passed("").again_after_s is None


def test_contradictions_in_a_row_make_it_watch_and_one_comparison_that_succeeds_ends_that():
    assert said(contradicted(CONTRADICTIONS - 1)) == ""
    ground = contradicted(CONTRADICTIONS)
    assert said(ground).startswith("3 comparisons in a row failed: of two minds")
    assert said(ground.passed("")) == ""
    assert said(contradicted(2, contradicted(2).passed(""))) == ""


@pytest.mark.parametrize(("age_ms", "is_watched"), [(0, False), (UNPROVEN_AFTER_MS, False), (660_000, True)])
def test_without_answers_the_stream_is_believed_for_ten_minutes(age_ms, is_watched):
    ground = BookTrust().unanswered("HTTP 502").unanswered("HTTP 503")
    assert said(ground, age_ms) == ("no comparison has succeeded for 11 minutes: HTTP 503" if is_watched else "")
    assert said(ground.passed(""), age_ms) == ""


def test_another_keeper_is_not_forgotten_by_comparisons():
    ground = BookTrust("another lotkeeper trades it").passed("").contradicted("x").passed(DENIED)
    assert said(ground).startswith("another lotkeeper trades it")
    assert said(ground).endswith("lotkeeper resume BTCUSDT")
