"""The budget: the order of purposes, what the exchange reports, and never more than its limits."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.exchange.budget.budget import Budget, Delay, LimitUsage, Pause, describe_window, later_of, pause_for
from lotkeeper.exchange.budget.costs import Cost, Purpose, share_of
from lotkeeper.exchange.budget.limits import DEFAULT_LIMITS, Count, Limit, LimitKind
from lotkeeper.exchange.budget.windows import SLACK_MS
from tests.lotkeeper.exchange.conftest import UNHURRIED

NOW = 1_700_000_070_000  # half past a minute
ORDER = Cost(weight=1, requests=1, orders=1)
QUESTION = Cost(weight=20, requests=1)
LIMITS = (
    Limit(LimitKind.WEIGHT, 60_000, 100),
    Limit(LimitKind.REQUESTS, 300_000, 90),
    Limit(LimitKind.ORDERS, 10_000, 5),
    Limit(LimitKind.ORDERS, 86_400_000, 60),
    Limit(LimitKind.CONNECTIONS, 300_000, 10),
)


def used(budget: Budget, kind: LimitKind = LimitKind.WEIGHT) -> int:
    return next(use.used for use in budget.usage(NOW) if use.limit.kind is kind)


def is_allowed(budget: Budget, cost: Cost, purpose: Purpose, now_ms: int = NOW) -> bool:
    return budget.wait_for(cost, purpose, now_ms) is None


@pytest.mark.parametrize(
    ("weight", "allowed"),
    [(4_195, 3), (4_196, 3), (4_197, 2), (5_380, 2), (5_381, 1), (5_980, 1), (5_981, 0)],
)
def test_each_purpose_stops_so_that_the_purposes_before_it_find_room(weight: int, allowed: int) -> None:
    budget = Budget()
    budget.apply_reported_counts([Count(LimitKind.WEIGHT, 60_000, weight)], NOW)
    costs = {Purpose.TRADING: QUESTION, Purpose.RECONCILING: QUESTION, Purpose.PRICES: Cost(weight=4, requests=1)}
    assert [purpose for purpose in Purpose if is_allowed(budget, costs[purpose], purpose)] == list(Purpose)[:allowed]


def test_a_wait_says_until_when_and_why() -> None:
    budget = Budget()
    budget.apply_reported_counts([Count(LimitKind.WEIGHT, 60_000, 5_390)], NOW)
    assert budget.wait_for(QUESTION, Purpose.RECONCILING, NOW) == Delay(
        1_700_000_101_000, "5390 of 6000 request weight a minute are used, the rest is kept for what comes first"
    )
    budget.apply_reported_counts([Count(LimitKind.ORDERS, 10_000, 50)], NOW + 5_000)
    assert budget.wait_for(ORDER, Purpose.TRADING, NOW + 5_000) == Delay(
        1_700_000_081_000, "50 of 50 orders in 10 s are used"
    )


def test_the_longest_wait_of_several_counts() -> None:
    budget = Budget(LIMITS)
    budget.spend(Cost(orders=5), NOW + 5_000)
    budget.spend(Cost(orders=55), NOW - 60_000)
    answer = budget.wait_for(ORDER, Purpose.TRADING, NOW + 5_000)
    assert answer is not None
    assert answer.reason == "60 of 60 orders a day are used"


def test_asking_spends_nothing_and_sending_does() -> None:
    budget = Budget()
    for _ in range(100):
        assert is_allowed(budget, Cost(orders=50), Purpose.TRADING)
    budget.spend(ORDER, NOW)
    budget.spend(QUESTION, NOW)
    assert (used(budget), used(budget, LimitKind.REQUESTS), used(budget, LimitKind.ORDERS)) == (21, 2, 1)
    budget.refund(Cost(weight=1), NOW)
    assert (used(budget), used(budget, LimitKind.ORDERS)) == (20, 1)


def test_a_pause_stops_everything_and_a_pause_of_orders_only_orders() -> None:
    budget = Budget()
    budget.pause_until(Pause(NOW + 5_000, "Too many new orders", is_about_orders=True))
    assert budget.wait_for(ORDER, Purpose.TRADING, NOW) == Delay(NOW + 5_000, "Too many new orders")
    assert is_allowed(budget, Cost(weight=1, requests=1), Purpose.TRADING)  # a cancel
    assert budget.pause(NOW) is None
    budget.pause_until(Pause(NOW + 3_000, "banned"))
    budget.pause_until(Pause(NOW + 1_000, "a shorter one"))
    for cost in (ORDER, QUESTION, Cost(connections=1)):
        assert budget.wait_for(cost, Purpose.TRADING, NOW + 2_999) == Delay(NOW + 3_000, "banned")
    assert [hold.reason for hold in budget.pauses(NOW)] == ["banned", "Too many new orders"]
    assert is_allowed(budget, QUESTION, Purpose.TRADING, NOW + 3_000)
    assert budget.pauses(NOW + 5_000) == ()


def test_a_limit_that_is_learned_keeps_what_was_spent() -> None:
    budget = Budget()
    budget.spend(Cost(orders=50), NOW)
    assert not is_allowed(budget, ORDER, Purpose.TRADING)
    budget.learn([Limit(LimitKind.ORDERS, 10_000, 100), Limit(LimitKind.ORDERS, 60_000, 51)])
    assert is_allowed(budget, ORDER, Purpose.TRADING)
    assert LimitUsage(Limit(LimitKind.ORDERS, 10_000, 100), 50) in budget.usage(NOW)
    budget.spend(Cost(orders=51), NOW)
    assert budget.wait_for(ORDER, Purpose.TRADING, NOW) == Delay(1_700_000_101_000, "51 of 51 orders a minute are used")


def test_a_count_of_a_window_that_is_not_known_changes_nothing() -> None:
    budget = Budget()
    budget.apply_reported_counts([Count(LimitKind.WEIGHT, 3_600_000, 999_999)], NOW)
    assert [use.used for use in budget.usage(NOW)] == [0] * len(DEFAULT_LIMITS)


def test_a_clock_that_is_a_little_off_moves_nothing() -> None:
    budget = Budget()
    budget.spend(QUESTION, NOW)
    budget.realign(NOW, NOW + SLACK_MS)
    assert used(budget) == 20
    budget.realign(NOW, NOW + 600_000)
    assert next(iter(budget.usage(NOW + 600_000))).used == 20


@pytest.mark.parametrize(
    ("window_ms", "words"),
    [(60_000, "a minute"), (300_000, "in 5 minutes"), (10_000, "in 10 s"), (86_400_000, "a day")],
)
def test_windows_are_described_for_people(window_ms: int, words: str) -> None:
    assert describe_window(window_ms) == words


asked = st.tuples(
    st.integers(0, 15_000),  # ms since the previous request
    st.sampled_from(Purpose),
    st.sampled_from([ORDER, QUESTION, Cost(weight=4, requests=1), Cost(weight=2, connections=1)]),
    st.integers(-SLACK_MS, SLACK_MS),  # how far off our clock is when it arrives
    st.sampled_from([None, Count(LimitKind.WEIGHT, 60_000, 70), Count(LimitKind.ORDERS, 10_000, 2)]),
)


@UNHURRIED
@given(st.lists(asked, max_size=120))
def test_no_window_of_the_exchange_ever_gets_more_than_its_limit(sent) -> None:
    budget, arrived, true_ms = Budget(LIMITS), Counter[tuple[Limit, int]](), NOW
    for gap_ms, purpose, cost, error_ms, header in sent:
        true_ms += gap_ms
        if budget.wait_for(cost, purpose, true_ms + error_ms) is None:
            budget.spend(cost, true_ms + error_ms)
            budget.apply_reported_counts([header] if header else [], true_ms + error_ms)
            for limit in LIMITS:
                arrived[limit, true_ms // limit.window_ms] += cost.of(limit.kind)
    assert all(count <= limit.maximum for (limit, _), count in arrived.items())


@UNHURRIED
@given(st.lists(asked, max_size=120))
def test_trading_always_finds_room_whatever_the_others_spent(sent) -> None:
    """A tenth of every limit that the others may spend from is kept for trading."""
    budget, now_ms = Budget(LIMITS), NOW
    for gap_ms, purpose, cost, _, _ in sent:
        now_ms += gap_ms
        if cost.orders or purpose is Purpose.TRADING:
            continue
        if budget.wait_for(cost, purpose, now_ms) is None:
            budget.spend(cost, now_ms)
        for use in budget.usage(now_ms):
            assert use.used <= share_of(Purpose.RECONCILING, use.limit.maximum)
        assert is_allowed(budget, ORDER, Purpose.TRADING, now_ms)


# Pauses

BAN_TEXT = "Way too much request weight used; IP banned. Please use WebSocket Streams"


@pytest.mark.parametrize(
    ("retry_after_s", "text", "ban_ends_ms", "wait_ms"),
    [
        (7, "Too many requests.", None, 7_000),
        (0.4, "", None, 1_000),
        (0, "", None, 1_000),
        (7, BAN_TEXT, NOW + 120_000, 120_000),
        (300, BAN_TEXT, NOW + 120_000, 300_000),
        (7, BAN_TEXT, NOW - 5_000, 7_000),
        (7, BAN_TEXT, 9_999_999_999_999, 345_600_000),
        (1e300, "", None, 345_600_000),
    ],
)
def test_the_later_of_retry_after_and_the_end_of_a_ban_counts(
    retry_after_s: float, text: str, ban_ends_ms: int | None, wait_ms: int
) -> None:
    assert pause_for(retry_after_s, text, NOW, ban_ends_ms=ban_ends_ms).until_ms == NOW + wait_ms


def test_a_pause_always_has_a_reason() -> None:
    assert pause_for(1, " \n", NOW).reason == "the exchange says wait"


def test_a_shorter_pause_never_ends_a_longer_one() -> None:
    long, short = Pause(NOW + 2, "long"), Pause(NOW + 1, "short")
    assert later_of(None, short) is later_of(short, short) is short
    assert later_of(long, short) is later_of(short, long) is long
