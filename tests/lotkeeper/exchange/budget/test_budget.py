"""The budget: purposes in their order, the exchange's word, and never more than its limits."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.exchange.budget.budget import Budget, Go, Use, WaitUntil, per
from lotkeeper.exchange.budget.holds import Hold
from lotkeeper.exchange.budget.limits import USUAL, Count, Kind, Limit
from lotkeeper.exchange.budget.purposes import Purpose, share_of
from lotkeeper.exchange.budget.weights import Cost
from lotkeeper.exchange.budget.windows import SLACK_MS
from tests.lotkeeper.exchange.conftest import UNHURRIED

NOW = 1_700_000_070_000  # half past a minute
ORDER = Cost(weight=1, requests=1, orders=1)
QUESTION = Cost(weight=20, requests=1)
LIMITS = (
    Limit(Kind.WEIGHT, 60_000, 100),
    Limit(Kind.REQUESTS, 300_000, 90),
    Limit(Kind.ORDERS, 10_000, 5),
    Limit(Kind.ORDERS, 86_400_000, 60),
    Limit(Kind.CONNECTIONS, 300_000, 10),
)


def used(budget: Budget, kind: Kind = Kind.WEIGHT) -> int:
    return next(use.used for use in budget.uses(NOW) if use.limit.kind is kind)


def may(budget: Budget, cost: Cost, purpose: Purpose, now_ms: int = NOW) -> bool:
    return isinstance(budget.may(cost, purpose, now_ms), Go)


@pytest.mark.parametrize(
    ("weight", "allowed"),
    [(4_195, 3), (4_196, 3), (4_197, 2), (5_380, 2), (5_381, 1), (5_980, 1), (5_981, 0)],
)
def test_each_purpose_stops_so_that_those_before_it_find_room(weight: int, allowed: int) -> None:
    budget = Budget()
    budget.told([Count(Kind.WEIGHT, 60_000, weight)], NOW)
    costs = {Purpose.TRADING: QUESTION, Purpose.RECONCILING: QUESTION, Purpose.PRICES: Cost(weight=4, requests=1)}
    assert [purpose for purpose in Purpose if may(budget, costs[purpose], purpose)] == list(Purpose)[:allowed]


def test_who_has_to_wait_is_told_until_when_and_why() -> None:
    budget = Budget()
    budget.told([Count(Kind.WEIGHT, 60_000, 5_390)], NOW)
    assert budget.may(QUESTION, Purpose.RECONCILING, NOW) == WaitUntil(
        1_700_000_101_000, "5390 of 6000 request weight a minute are used, the rest is kept for what comes first"
    )
    budget.told([Count(Kind.ORDERS, 10_000, 50)], NOW + 5_000)
    assert budget.may(ORDER, Purpose.TRADING, NOW + 5_000) == WaitUntil(
        1_700_000_081_000, "50 of 50 orders in 10 s are used"
    )


def test_the_longest_wait_of_several_counts() -> None:
    budget = Budget(LIMITS)
    budget.spend(Cost(orders=5), NOW + 5_000)
    budget.spend(Cost(orders=55), NOW - 60_000)
    answer = budget.may(ORDER, Purpose.TRADING, NOW + 5_000)
    assert isinstance(answer, WaitUntil)
    assert answer.reason == "60 of 60 orders a day are used"


def test_asking_spends_nothing_and_sending_does() -> None:
    budget = Budget()
    for _ in range(100):
        assert may(budget, Cost(orders=50), Purpose.TRADING)
    budget.spend(ORDER, NOW)
    budget.spend(QUESTION, NOW)
    assert (used(budget), used(budget, Kind.REQUESTS), used(budget, Kind.ORDERS)) == (21, 2, 1)
    budget.give_back(Cost(weight=1), NOW)
    assert (used(budget), used(budget, Kind.ORDERS)) == (20, 1)


def test_a_hold_stops_everything_and_one_about_orders_only_these() -> None:
    budget = Budget()
    budget.limited(Hold(NOW + 5_000, "Too many new orders", is_about_orders=True))
    assert budget.may(ORDER, Purpose.TRADING, NOW) == WaitUntil(NOW + 5_000, "Too many new orders")
    assert may(budget, Cost(weight=1, requests=1), Purpose.TRADING)  # a cancel
    assert budget.hold(NOW) is None
    budget.limited(Hold(NOW + 3_000, "banned"))
    budget.limited(Hold(NOW + 1_000, "a shorter one"))
    for cost in (ORDER, QUESTION, Cost(connections=1)):
        assert budget.may(cost, Purpose.TRADING, NOW + 2_999) == WaitUntil(NOW + 3_000, "banned")
    assert [hold.reason for hold in budget.holds(NOW)] == ["banned", "Too many new orders"]
    assert may(budget, QUESTION, Purpose.TRADING, NOW + 3_000)
    assert budget.holds(NOW + 5_000) == ()


def test_a_limit_that_is_learned_keeps_what_was_spent() -> None:
    budget = Budget()
    budget.spend(Cost(orders=50), NOW)
    assert not may(budget, ORDER, Purpose.TRADING)
    budget.learn([Limit(Kind.ORDERS, 10_000, 100), Limit(Kind.ORDERS, 60_000, 51)])
    assert may(budget, ORDER, Purpose.TRADING)
    assert Use(Limit(Kind.ORDERS, 10_000, 100), 50) in budget.uses(NOW)
    budget.spend(Cost(orders=51), NOW)
    assert budget.may(ORDER, Purpose.TRADING, NOW) == WaitUntil(1_700_000_101_000, "51 of 51 orders a minute are used")


def test_a_count_of_a_window_that_is_not_known_changes_nothing() -> None:
    budget = Budget()
    budget.told([Count(Kind.WEIGHT, 3_600_000, 999_999)], NOW)
    assert [use.used for use in budget.uses(NOW)] == [0] * len(USUAL)


def test_a_clock_that_is_a_little_off_moves_nothing() -> None:
    budget = Budget()
    budget.spend(QUESTION, NOW)
    budget.realigned(NOW, NOW + SLACK_MS)
    assert used(budget) == 20
    budget.realigned(NOW, NOW + 600_000)
    assert next(iter(budget.uses(NOW + 600_000))).used == 20


@pytest.mark.parametrize(
    ("window_ms", "words"),
    [(60_000, "a minute"), (300_000, "in 5 minutes"), (10_000, "in 10 s"), (86_400_000, "a day")],
)
def test_windows_in_words(window_ms: int, words: str) -> None:
    assert per(window_ms) == words


asked = st.tuples(
    st.integers(0, 15_000),  # ms since the one before
    st.sampled_from(Purpose),
    st.sampled_from([ORDER, QUESTION, Cost(weight=4, requests=1), Cost(weight=2, connections=1)]),
    st.integers(-SLACK_MS, SLACK_MS),  # how far off our clock is when it arrives
    st.sampled_from([None, Count(Kind.WEIGHT, 60_000, 70), Count(Kind.ORDERS, 10_000, 2)]),
)


@UNHURRIED
@given(st.lists(asked, max_size=120))
def test_whatever_is_asked_for_no_window_of_the_exchange_gets_more_than_its_limit(sent) -> None:
    budget, arrived, true_ms = Budget(LIMITS), Counter[tuple[Limit, int]](), NOW
    for gap_ms, purpose, cost, error_ms, header in sent:
        true_ms += gap_ms
        if isinstance(budget.may(cost, purpose, true_ms + error_ms), Go):
            budget.spend(cost, true_ms + error_ms)
            budget.told([header] if header else [], true_ms + error_ms)
            for limit in LIMITS:
                arrived[limit, true_ms // limit.window_ms] += cost.of(limit.kind)
    assert all(count <= limit.most for (limit, _), count in arrived.items())


@UNHURRIED
@given(st.lists(asked, max_size=120))
def test_what_comes_first_finds_room_whatever_the_others_did(sent) -> None:
    """Of everything that the others may spend at all, trading has a tenth to itself."""
    budget, now_ms = Budget(LIMITS), NOW
    for gap_ms, purpose, cost, _, _ in sent:
        now_ms += gap_ms
        if cost.orders or purpose is Purpose.TRADING:
            continue
        if isinstance(budget.may(cost, purpose, now_ms), Go):
            budget.spend(cost, now_ms)
        for use in budget.uses(now_ms):
            assert use.used <= share_of(Purpose.RECONCILING, use.limit.most)
        assert may(budget, ORDER, Purpose.TRADING, now_ms)
