"""When a pair only watches, what proves another keeper, and what proves a deaf stream."""

from dataclasses import replace

import pytest

from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.recovery.trust import (
    CONTRADICTIONS,
    MARGIN_MS,
    UNPROVEN_AFTER_MS,
    BookTrust,
    SoleSenderSince,
    find_missed_buy,
    proves_other_keeper,
    sole_sender_since,
    watch_only_reason,
)
from tests.actors.gateway.exchange_memory import NOW_MS, fill, report

DENIED = "the exchange does not know SELL lk1-5eh-1"


def said(ground, age_ms=0):
    return watch_only_reason(ground, "BTCUSDT", age_ms)


def contradicted(times, ground=BookTrust()):  # noqa: B008 (frozen)
    for _ in range(times):
        ground = ground.after_contradiction("of two minds")
    return ground


def test_a_proven_pair_trades():
    assert said(BookTrust()) == said(BookTrust().after_success("")) == said(BookTrust(), None) == ""


def test_a_sell_that_the_exchange_does_not_know_ends_with_a_comparison_that_knows_all():
    ground = BookTrust().after_success(DENIED, "BTCUSDT-7001")
    assert said(ground).startswith(DENIED)
    assert said(ground.after_success("")) == ""


def test_no_advice_costs_a_lot_that_has_no_sell_yet():
    """Only the database knows such a lot."""
    denied = said(BookTrust().after_success(DENIED, "BTCUSDT-7001"))
    assert "lotkeeper restart" in denied
    assert "lotkeeper release BTCUSDT-7001" in denied
    assert "lotkeeper restart" in said(contradicted(CONTRADICTIONS))
    assert not [text for text in (denied, said(contradicted(CONTRADICTIONS))) if "database" in text]


def test_a_sell_that_was_just_placed_may_not_be_found_yet():
    ground = BookTrust().after_success(DENIED, is_certain=False)
    assert said(ground) == ""
    assert ground.retry_after_s == 2
    assert said(ground.after_success(DENIED)).startswith(DENIED)


def test_what_is_denied_is_asked_about_again_soon_and_then_once_a_minute():
    ground, waits = BookTrust(), []
    for _ in range(7):
        ground = ground.after_success(DENIED)
        waits.append(ground.retry_after_s)
    assert waits == [2, 4, 8, 16, 32, 60, 60]
    assert ground.after_success("").retry_after_s is None


def test_contradictions_in_a_row_make_it_watch_and_one_comparison_that_succeeds_ends_that():
    assert said(contradicted(CONTRADICTIONS - 1)) == ""
    ground = contradicted(CONTRADICTIONS)
    assert said(ground).startswith("3 comparisons in a row failed: of two minds")
    assert said(ground.after_success("")) == ""
    assert said(contradicted(2, contradicted(2).after_success(""))) == ""


@pytest.mark.parametrize(("age_ms", "is_watched"), [(0, False), (UNPROVEN_AFTER_MS, False), (660_000, True)])
def test_without_answers_the_stream_is_believed_for_ten_minutes(age_ms, is_watched):
    ground = BookTrust().after_no_answer("HTTP 502").after_no_answer("HTTP 503")
    assert said(ground, age_ms) == ("no comparison has succeeded for 11 minutes: HTTP 503" if is_watched else "")
    assert said(ground.after_success(""), age_ms) == ""


def test_another_keeper_is_not_forgotten_by_comparisons():
    ground = BookTrust("another lotkeeper trades it").after_success("").after_contradiction("x").after_success(DENIED)
    assert said(ground).startswith("another lotkeeper trades it")
    assert said(ground).endswith("lotkeeper resume BTCUSDT")


TENURE = sole_sender_since(NOW_MS, 1000.0, 15_000, 5_000)
SEEN = report(9001, "lk1-5eh-1", Side.SELL, "NEW", "0.001", "0", "60360")


def test_a_keeper_is_settled_when_nothing_of_the_life_before_can_be_alive():
    """It may leave the Gateway within 15 s, is good for 5 s, and the exchange's backend takes 10 s at most."""
    assert SoleSenderSince(NOW_MS + 30_000, 1030.0) == TENURE
    assert [TENURE.is_settled(now) for now in (1000.0, 1029.9, 1030.0)] == [False, False, True]


@pytest.mark.parametrize(
    ("created_ms", "seen_at", "is_foreign"),
    [
        (NOW_MS + 30_001, 1030.0, True),
        (NOW_MS + 30_000, 1030.0, False),  # the last moment at which the life before may have sent it
        (NOW_MS - 86_400_000, 9000.0, False),  # the database is older than the order
        (NOW_MS + 3_600_000, 1029.0, False),  # the exchange's clock, or ours, is wrong
        (None, 9000.0, False),  # silence proves nothing
    ],
)
def test_it_takes_a_late_order_that_was_seen_late(created_ms, seen_at, is_foreign):
    assert proves_other_keeper(replace(SEEN, created_ms=created_ms), TENURE, seen_at) is is_foreign


SINCE_MS, ASKED_MS = 1_795_000_000_000, 1_795_000_120_000
BUY = replace(fill(7, 101, Side.BUY, "1", "100", "0", "BTC"), time_ms=SINCE_MS + 60_000)


def test_a_buy_in_the_time_in_which_the_stream_was_proven():
    assert find_missed_buy([BUY], SINCE_MS, ASKED_MS) == BUY


@pytest.mark.parametrize(
    "time_ms",
    [SINCE_MS - 1, SINCE_MS + MARGIN_MS, ASKED_MS - MARGIN_MS, ASKED_MS],
    ids=["before", "just", "late", "now"],
)
def test_what_may_have_been_missed_for_another_reason_proves_nothing(time_ms):
    assert find_missed_buy([replace(BUY, time_ms=time_ms)], SINCE_MS, ASKED_MS) is None


def test_sells_may_be_anybodys():
    assert find_missed_buy([replace(BUY, side=Side.SELL)], SINCE_MS, ASKED_MS) is None


def test_the_first_of_them_is_named():
    others = [replace(BUY, trade_id=number) for number in (102, 103)]
    assert find_missed_buy([replace(BUY, side=Side.SELL), *others], SINCE_MS, ASKED_MS) == others[0]
