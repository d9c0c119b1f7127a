"""Windows of the exchange's clock, counted by a clock that may be wrong; and that clock."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.exchange.budget.limits import Limit, LimitKind
from lotkeeper.exchange.budget.windows import SLACK_MS, ExchangeClock, LimitWindows
from tests.lotkeeper.exchange.conftest import UNHURRIED

START = 1_700_000_040_000  # a minute's beginning: 22:14:00 UTC
MIDDLE = START + 30_000


def window(most: int = 10, length_ms: int = 60_000) -> LimitWindows:
    return LimitWindows(Limit(LimitKind.WEIGHT, length_ms, most))


def test_a_window_begins_with_the_exchange_s_minute() -> None:
    spent = window()
    spent.spend(10, MIDDLE)
    assert spent.used(START + 59_999) == 10
    assert spent.fits_at(1, 10, MIDDLE) == START + 61_000  # when it certainly is the next
    assert spent.fits_at(1, 10, START + 60_999) == START + 61_000
    assert spent.fits_at(1, 10, START + 61_000) == START + 61_000


@pytest.mark.parametrize(("at", "in_the_next"), [(START + 58_999, 0), (START + 59_000, 4), (START + 60_999, 4)])
def test_near_a_boundary_it_counts_on_both_sides(at: int, in_the_next: int) -> None:
    spent = window()
    spent.spend(4, at)
    assert spent.used(START + 90_000) == in_the_next


def test_the_exchange_s_count_wins_when_it_is_higher() -> None:
    spent = window()
    spent.spend(4, MIDDLE)
    spent.apply_reported_count(3, MIDDLE)
    assert spent.used(MIDDLE) == 4
    spent.apply_reported_count(9, MIDDLE)
    assert spent.used(MIDDLE) == 9
    spent.spend(1, MIDDLE)
    assert spent.fits_at(1, 10, MIDDLE) > MIDDLE


def test_what_a_broken_network_lost_does_not_hold_back_the_rest_of_the_minute() -> None:
    spent = window(6000)
    spent.spend(5400, MIDDLE)
    spent.apply_reported_count(21, MIDDLE)
    assert spent.used(MIDDLE) == 121  # what is on its way may still count
    spent.spend(5400, START + 59_500)
    spent.apply_reported_count(21, START + 59_500)  # of which minute?
    assert spent.used(START + 59_500) == 5521


@pytest.mark.parametrize(
    ("kind", "length_ms", "used"),
    [(LimitKind.ORDERS, 86_400_000, 3), (LimitKind.ORDERS, 10_000, 9), (LimitKind.WEIGHT, 86_400_000, 9)],
)
def test_a_day_s_orders_are_fewer_when_they_began_to_fill(kind: LimitKind, length_ms: int, used: int) -> None:
    spent = LimitWindows(Limit(kind, length_ms, 100))
    spent.spend(9, MIDDLE + 5_000)
    spent.apply_reported_count(3, MIDDLE + 5_000)
    assert spent.used(MIDDLE + 5_000) == used


def test_a_count_reported_at_a_boundary_does_not_hold_back_the_next_window() -> None:
    spent = window()
    spent.apply_reported_count(10, START + 60_500)
    assert spent.fits_at(1, 10, START + 61_000) == START + 61_000


def test_what_is_refunded_can_be_spent_again() -> None:
    spent = window()
    spent.spend(10, START + 59_500)
    spent.refund(10, START + 59_500)
    spent.refund(5, MIDDLE)
    assert (spent.used(MIDDLE), spent.used(START + 90_000)) == (0, 0)


def test_what_is_too_much_for_a_share_fits_where_nothing_is_spent() -> None:
    spent = window()
    assert spent.fits_at(8, 7, MIDDLE) == MIDDLE
    spent.spend(1, MIDDLE)
    assert spent.fits_at(8, 7, MIDDLE) == START + 61_000
    assert window().fits_at(11, 10, MIDDLE) > MIDDLE  # more than the limit never does


@pytest.mark.parametrize(
    ("jump_ms", "used"), [(90_000, 9), (-90_000, 9), (3_600_000, 9), (5_000, 6), (-400, 6)], ids=str
)
def test_what_was_spent_stays_spent_when_the_clock_was_wrong(jump_ms: int, used: int) -> None:
    spent = window(100)
    spent.spend(3, MIDDLE - 60_000)
    spent.spend(6, MIDDLE)
    spent.realign(MIDDLE, MIDDLE + jump_ms)
    assert spent.used(MIDDLE + jump_ms) == used


def test_only_a_few_windows_are_kept() -> None:
    spent = window()
    for number in range(1000):
        spent.spend(1, MIDDLE + number * 60_000)
    assert len(spent._counts) < 10


requests = st.tuples(
    st.integers(0, 12_000),  # ms since the previous request
    st.integers(1, 6),  # what it takes
    st.integers(-SLACK_MS, SLACK_MS),  # how far off our clock is when it arrives
    st.integers(0, 25),  # what the reply's header counts: anything
)


@UNHURRIED
@given(st.lists(requests, max_size=80), st.sampled_from([10_000, 60_000, 300_000]))
def test_never_more_than_the_limit_in_any_window_of_the_exchange(sent, length_ms: int) -> None:
    spent, arrived = window(20, length_ms), Counter[int]()
    true_ms = START
    for gap_ms, amount, error_ms, header in sent:
        true_ms += gap_ms
        ours_ms = true_ms + error_ms
        if spent.fits_at(amount, 20, ours_ms) == ours_ms:
            spent.spend(amount, ours_ms)
            arrived[true_ms // length_ms] += amount
            spent.apply_reported_count(header, ours_ms)
    assert max(arrived.values(), default=0) <= 20


@UNHURRIED
@given(st.lists(requests, max_size=40))
def test_after_the_wait_that_was_named_the_request_fits(sent) -> None:
    spent, now_ms = window(20), START
    for gap_ms, amount, error_ms, header in sent:
        now_ms += gap_ms
        at_ms = spent.fits_at(amount, 20, now_ms)
        assert now_ms <= at_ms <= now_ms + 2 * 60_000 + 2 * SLACK_MS
        assert spent.fits_at(amount, 20, at_ms) == at_ms
        spent.spend(amount, at_ms)
        spent.apply_reported_count(header, at_ms + error_ms)
        now_ms = at_ms


def test_a_reply_that_was_overtaken_takes_nothing_back_of_what_was_sent_since() -> None:
    spent = window(6_000)
    spent.spend(600, MIDDLE)
    spent.apply_reported_count(20, MIDDLE, unseen=580, in_flight=300)
    assert spent.used(MIDDLE) == 600
    spent.apply_reported_count(20, MIDDLE, unseen=400, in_flight=300)
    assert spent.used(MIDDLE) == 20 + 400 + 100  # what the caller does not know of may be on its way, too


def test_what_is_in_flight_comes_on_top_of_what_the_exchange_has_counted() -> None:
    """Another program uses the same address."""
    spent = window(6_000)
    spent.spend(320, MIDDLE)
    spent.apply_reported_count(5_020, MIDDLE, unseen=300, in_flight=300)
    assert spent.used(MIDDLE) == 5_320
    spent.apply_reported_count(5_320, MIDDLE)
    assert spent.used(MIDDLE) == 5_320


def test_the_clock_goes_on_from_what_the_exchange_said() -> None:
    clock = ExchangeClock(wall_ms=1_000_000, monotonic_s=50.0)
    assert clock.ms(50.25) == 1_000_250
    clock.set(2_000_000, 60.0)
    assert clock.ms(61.5) == 2_001_500
