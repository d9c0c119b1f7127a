"""PermitPool to connect, for all streams of one address."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.exchange.budget.budget import Budget, Pause
from lotkeeper.exchange.budget.limits import Limit, LimitKind
from lotkeeper.exchange.budget.permit_pool import ACCOUNT, PermitPool
from lotkeeper.exchange.sharing.lines import Answer, Grant
from tests.lotkeeper.exchange.conftest import UNHURRIED

NOW = 1_700_000_250_000  # the middle of five minutes
FIVE_MINUTES = 300_000


class Pool:
    """PermitPool of an address that may connect ten times in five minutes."""

    def __init__(self) -> None:
        self.budget = Budget([Limit(LimitKind.CONNECTIONS, FIVE_MINUTES, 10), Limit(LimitKind.WEIGHT, 60_000, 1000)])
        self.permits = PermitPool(self.budget)
        self.now = NOW

    def ask(self, name: str, number: int = 1, *attempts_ms: int, owner: str = "") -> list[str]:
        """The streams that are then granted a permit."""
        self.permits.request(name, owner or name, number, attempts_ms, shift_ms=0, now_ms=self.now)
        return self.grants()

    def grants(self) -> list[str]:
        return [name for name, _, _ in self.permits.grant(self.now)]

    def connections(self) -> int:
        return self.budget.usage(self.now)[0].used


def test_a_permit_is_granted_where_there_is_room_and_counts_once() -> None:
    pool = Pool()
    assert pool.ask("BTCUSDT") == ["BTCUSDT"]
    assert pool.connections() == 1
    assert pool.ask("BTCUSDT", 2, NOW) == ["BTCUSDT"]  # the first is used, and was counted
    assert pool.connections() == 2


def test_asking_again_changes_nothing() -> None:
    pool = Pool()
    for _ in range(30):
        assert pool.ask("BTCUSDT", 1) == ["BTCUSDT"]
    for _ in range(30):
        assert pool.ask("BTCUSDT", 2, NOW) == ["BTCUSDT"]
    assert pool.connections() == 2


def test_market_streams_keep_room_for_the_user_stream() -> None:
    pool = Pool()
    granted = [pool.ask(f"PAIR{number}") for number in range(12)]
    assert [bool(each) for each in granted] == [True] * 7 + [False] * 5
    assert pool.ask(ACCOUNT) == [ACCOUNT]
    pool.now += FIVE_MINUTES
    assert pool.grants() == ["PAIR7", "PAIR8", "PAIR9", "PAIR10"]  # a third is kept for permits not used yet
    pool.now += FIVE_MINUTES
    assert pool.grants() == ["PAIR11"]


def test_the_user_stream_comes_first_and_the_others_in_their_order() -> None:
    pool = Pool()
    pool.budget.pause_until(Pause(NOW + 1000, "too many"))
    for name in ("B", "A", ACCOUNT, "C", "B"):
        assert pool.ask(name) == []
    pool.now += 1000
    assert pool.grants() == [ACCOUNT, "B", "A", "C"]


def test_a_permit_granted_before_is_not_granted_again_during_a_pause() -> None:
    pool = Pool()
    pool.ask("BTCUSDT")
    pool.budget.pause_until(Pause(NOW + 1000, "too many"))
    assert pool.ask("BTCUSDT") == []
    pool.now += 1000
    assert pool.grants() == ["BTCUSDT"]


def test_attempts_before_a_restart_count_at_their_own_time() -> None:
    pool = Pool()
    before = [NOW - 290_000 - number for number in range(8)]  # in the previous window
    assert pool.ask("BTCUSDT", 9, *before) == ["BTCUSDT"]
    assert pool.connections() == 1
    pool = Pool()
    assert pool.ask("BTCUSDT", 9, *(NOW - 9000 - number for number in range(8))) == []
    assert pool.connections() == 8
    assert pool.ask("BTCUSDT", 9, *(NOW - 9000 - number for number in range(8))) == []
    assert pool.connections() == 8


def test_attempts_are_reported_by_another_clock() -> None:
    pool = Pool()
    pool.permits.request("BTCUSDT", "owner", 2, [NOW - 3_600_000], shift_ms=3_600_000, now_ms=NOW)
    assert pool.connections() == 1


def test_a_permit_that_is_used_in_a_later_window_counts_there() -> None:
    pool = Pool()
    pool.ask("BTCUSDT")
    pool.now += FIVE_MINUTES
    assert pool.connections() == 0
    pool.ask("BTCUSDT", 2, pool.now)
    assert pool.connections() == 2  # the attempt, and the permit for the next


def test_a_permit_that_is_used_a_minute_later_weighs_then() -> None:
    pool = Pool()
    pool.ask("BTCUSDT")
    pool.now += 90_000
    pool.ask("BTCUSDT", 2, pool.now)
    connections, weight = (use.used for use in pool.budget.usage(pool.now))
    assert (connections, weight) == (2, 4)


@pytest.mark.parametrize("later_ms", [0, FIVE_MINUTES])
def test_the_permits_of_a_stream_that_dies_over_and_over_count(later_ms: int) -> None:
    pool = Pool()
    assert pool.ask("BTCUSDT", owner="process 0") == ["BTCUSDT"]
    pool.now += later_ms
    granted = [pool.ask("BTCUSDT", owner=f"process {number}") for number in range(1, 20)]
    assert sum(map(len, granted)) < 8
    assert pool.connections() <= 10


def test_each_stream_has_its_newest_owner() -> None:
    pool = Pool()
    pool.ask("BTCUSDT", owner="one")
    pool.ask("BTCUSDT", owner="another")
    pool.ask(ACCOUNT, owner="third")
    assert pool.permits.owners == ["another", "third"]


def test_when_all_attempts_are_used_up_a_permit_does_not_help() -> None:
    pool = Pool()
    assert pool.permits.exhausted(NOW) is None
    pool.ask("BTCUSDT", 11, *(NOW - number for number in range(10)))
    wait = pool.permits.exhausted(NOW)
    assert wait is not None
    assert wait.reason == "10 of 10 connections in 5 minutes are used"
    assert pool.permits.exhausted(wait.until_ms) is None


def test_streams_that_never_use_their_permit_block_no_other_for_ever() -> None:
    pool = Pool()
    for number in range(40):
        pool.ask(f"PAIR{number}")
    granted = Counter(pool.grants())
    for _ in range(12):
        pool.now += FIVE_MINUTES
        granted.update(pool.grants())
    assert set(granted) | {f"PAIR{number}" for number in range(7)} == {f"PAIR{number}" for number in range(40)}


steps = st.tuples(st.integers(0, 40_000), st.integers(0, 19), st.sampled_from(["connect", "connect", "die", "ask"]))


@UNHURRIED
@given(st.lists(steps, max_size=150))
def test_no_window_of_the_exchange_sees_more_attempts_than_its_limit(taken) -> None:
    """Twenty streams that connect only with a permit, and never while all attempts are used up."""
    pool, attempts = Pool(), Counter[int]()
    has_permit: dict[int, bool] = {}
    numbers, processes, reported = Counter[int](), Counter[int](), dict[int, list[int]]()

    def ask(stream: int) -> None:
        owner = f"{stream}/{processes[stream]}"
        pool.permits.request(
            str(stream), owner, 1 + numbers[stream], reported.get(stream, []), shift_ms=0, now_ms=pool.now
        )
        for name, _, to in pool.permits.grant(pool.now):
            has_permit[int(name)] = to == f"{name}/{processes[int(name)]}"

    for gap_ms, stream, what in taken:
        pool.now += gap_ms
        if what == "die":
            processes[stream] += 1
            has_permit[stream], numbers[stream], reported[stream] = False, 0, []
        elif what == "connect" and has_permit.get(stream) and pool.permits.exhausted(pool.now) is None:
            attempts[pool.now // FIVE_MINUTES] += 1
            has_permit[stream] = False
            numbers[stream] += 1
            reported.setdefault(stream, []).append(pool.now)
        if not has_permit.get(stream):
            ask(stream)
    assert max(attempts.values(), default=0) <= 10


def test_at_a_budget_broker_market_streams_need_a_share_and_the_user_stream_none() -> None:
    pool = Pool()
    shares = pool.budget.shares
    shares.is_kept = True
    shares.begin()
    assert pool.ask("BTCUSDT") == []
    wait = pool.permits.wait_of("BTCUSDT", pool.now)
    assert wait is not None
    assert "is being asked for" in wait.reason
    assert pool.ask(ACCOUNT) == [ACCOUNT]
    wanted = {report.kind: report.wanted for report in shares.reports(pool.budget.limits(), pool.now)}
    assert wanted == {LimitKind.CONNECTIONS: 1, LimitKind.WEIGHT: 2}
    lengths = {LimitKind.CONNECTIONS: FIVE_MINUTES, LimitKind.WEIGHT: 60_000}
    grants = [Grant(kind, length, pool.now // length, 10) for kind, length in lengths.items()]
    shares.apply(Answer(tuple(grants), 1, ()), pool.now)
    assert pool.grants() == ["BTCUSDT"]
