"""Leaves to connect, for all streams of one address."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.exchange.budget.budget import Budget
from lotkeeper.exchange.budget.holds import Hold
from lotkeeper.exchange.budget.limits import Kind, Limit
from lotkeeper.exchange.budget.permit_pool import ACCOUNT, Leaves
from tests.lotkeeper.exchange.conftest import UNHURRIED

NOW = 1_700_000_250_000  # the middle of five minutes
FIVE_MINUTES = 300_000


class Hall:
    """Leaves of an address that may connect ten times in five minutes."""

    def __init__(self) -> None:
        self.budget = Budget([Limit(Kind.CONNECTIONS, FIVE_MINUTES, 10), Limit(Kind.WEIGHT, 60_000, 1000)])
        self.leaves = Leaves(self.budget)
        self.now = NOW

    def ask(self, name: str, number: int = 1, *attempts_ms: int, owner: str = "") -> list[str]:
        """The streams that are granted a leave thereupon."""
        self.leaves.asked(name, owner or name, number, attempts_ms, shift_ms=0, now_ms=self.now)
        return self.grants()

    def grants(self) -> list[str]:
        return [name for name, _, _ in self.leaves.grants(self.now)]

    def connections(self) -> int:
        return self.budget.uses(self.now)[0].used


def test_a_leave_is_granted_where_there_is_room_and_counts_once() -> None:
    hall = Hall()
    assert hall.ask("BTCUSDT") == ["BTCUSDT"]
    assert hall.connections() == 1
    assert hall.ask("BTCUSDT", 2, NOW) == ["BTCUSDT"]  # the first is used, and was counted
    assert hall.connections() == 2


def test_asking_again_changes_nothing() -> None:
    hall = Hall()
    for _ in range(30):
        assert hall.ask("BTCUSDT", 1) == ["BTCUSDT"]
    for _ in range(30):
        assert hall.ask("BTCUSDT", 2, NOW) == ["BTCUSDT"]
    assert hall.connections() == 2


def test_market_streams_leave_room_for_the_account_s() -> None:
    hall = Hall()
    granted = [hall.ask(f"PAIR{number}") for number in range(12)]
    assert [bool(each) for each in granted] == [True] * 7 + [False] * 5
    assert hall.ask(ACCOUNT) == [ACCOUNT]
    hall.now += FIVE_MINUTES
    assert hall.grants() == ["PAIR7", "PAIR8", "PAIR9", "PAIR10"]  # a third is kept for leaves not used yet
    hall.now += FIVE_MINUTES
    assert hall.grants() == ["PAIR11"]


def test_the_account_s_stream_comes_first_and_the_others_in_their_order() -> None:
    hall = Hall()
    hall.budget.limited(Hold(NOW + 1000, "too many"))
    for name in ("B", "A", ACCOUNT, "C", "B"):
        assert hall.ask(name) == []
    hall.now += 1000
    assert hall.grants() == [ACCOUNT, "B", "A", "C"]


def test_a_leave_granted_before_is_not_repeated_during_a_hold() -> None:
    hall = Hall()
    hall.ask("BTCUSDT")
    hall.budget.limited(Hold(NOW + 1000, "too many"))
    assert hall.ask("BTCUSDT") == []
    hall.now += 1000
    assert hall.grants() == ["BTCUSDT"]


def test_what_was_attempted_before_this_life_counts_by_its_own_time() -> None:
    hall = Hall()
    before = [NOW - 290_000 - number for number in range(8)]  # in the window before
    assert hall.ask("BTCUSDT", 9, *before) == ["BTCUSDT"]
    assert hall.connections() == 1
    hall = Hall()
    assert hall.ask("BTCUSDT", 9, *(NOW - 9000 - number for number in range(8))) == []
    assert hall.connections() == 8
    assert hall.ask("BTCUSDT", 9, *(NOW - 9000 - number for number in range(8))) == []
    assert hall.connections() == 8


def test_attempts_are_told_by_another_clock() -> None:
    hall = Hall()
    hall.leaves.asked("BTCUSDT", "owner", 2, [NOW - 3_600_000], shift_ms=3_600_000, now_ms=NOW)
    assert hall.connections() == 1


def test_a_leave_that_is_used_in_a_later_window_counts_there() -> None:
    hall = Hall()
    hall.ask("BTCUSDT")
    hall.now += FIVE_MINUTES
    assert hall.connections() == 0
    hall.ask("BTCUSDT", 2, hall.now)
    assert hall.connections() == 2  # the attempt, and the leave for the next


def test_a_leave_that_is_used_a_minute_later_weighs_then() -> None:
    hall = Hall()
    hall.ask("BTCUSDT")
    hall.now += 90_000
    hall.ask("BTCUSDT", 2, hall.now)
    connections, weight = (use.used for use in hall.budget.uses(hall.now))
    assert (connections, weight) == (2, 4)


@pytest.mark.parametrize("later_ms", [0, FIVE_MINUTES])
def test_a_stream_that_dies_over_and_over_does_not_get_leaves_for_nothing(later_ms: int) -> None:
    hall = Hall()
    assert hall.ask("BTCUSDT", owner="life 0") == ["BTCUSDT"]
    hall.now += later_ms
    granted = [hall.ask("BTCUSDT", owner=f"life {number}") for number in range(1, 20)]
    assert sum(map(len, granted)) < 8
    assert hall.connections() <= 10


def test_everybody_is_known_once() -> None:
    hall = Hall()
    hall.ask("BTCUSDT", owner="one")
    hall.ask("BTCUSDT", owner="another")
    hall.ask(ACCOUNT, owner="third")
    assert hall.leaves.owners == ["another", "third"]


def test_when_all_attempts_are_used_up_nobody_may_connect_with_a_leave_either() -> None:
    hall = Hall()
    assert hall.leaves.exhausted(NOW) is None
    hall.ask("BTCUSDT", 11, *(NOW - number for number in range(10)))
    wait = hall.leaves.exhausted(NOW)
    assert wait is not None
    assert wait.reason == "10 of 10 connections in 5 minutes are used"
    assert hall.leaves.exhausted(wait.until_ms) is None


def test_streams_that_never_use_their_leave_block_nobody_for_ever() -> None:
    hall = Hall()
    for number in range(40):
        hall.ask(f"PAIR{number}")
    granted = Counter(hall.grants())
    for _ in range(12):
        hall.now += FIVE_MINUTES
        granted.update(hall.grants())
    assert set(granted) | {f"PAIR{number}" for number in range(7)} == {f"PAIR{number}" for number in range(40)}


steps = st.tuples(st.integers(0, 40_000), st.integers(0, 19), st.sampled_from(["connect", "connect", "die", "ask"]))


@UNHURRIED
@given(st.lists(steps, max_size=150))
def test_no_window_of_the_exchange_sees_more_attempts_than_its_limit(taken) -> None:
    """Twenty streams that obey: with a leave, and never while all attempts are used up."""
    hall, attempts = Hall(), Counter[int]()
    has_leave: dict[int, bool] = {}
    numbers, lives, told = Counter[int](), Counter[int](), dict[int, list[int]]()

    def ask(stream: int) -> None:
        owner = f"{stream}/{lives[stream]}"
        hall.leaves.asked(str(stream), owner, 1 + numbers[stream], told.get(stream, []), shift_ms=0, now_ms=hall.now)
        for name, _, to in hall.leaves.grants(hall.now):
            has_leave[int(name)] = to == f"{name}/{lives[int(name)]}"

    for gap_ms, stream, what in taken:
        hall.now += gap_ms
        if what == "die":
            lives[stream] += 1
            has_leave[stream], numbers[stream], told[stream] = False, 0, []
        elif what == "connect" and has_leave.get(stream) and hall.leaves.exhausted(hall.now) is None:
            attempts[hall.now // FIVE_MINUTES] += 1
            has_leave[stream] = False
            numbers[stream] += 1
            told.setdefault(stream, []).append(hall.now)
        if not has_leave.get(stream):
            ask(stream)
    assert max(attempts.values(), default=0) <= 10
