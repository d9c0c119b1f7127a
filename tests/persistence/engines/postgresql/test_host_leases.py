"""The lease of a host on a real server: one holder, however many ask, and a token that only grows."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from lotkeeper.trading.recovery.host_lease import LIFE_MS, Claim, HostLease, MayTake, MustWait, WaitReason, decide_take
from lotkeeper.verification.staging.waiting import wait_for
from persistence.engines.postgresql import host_leases
from persistence.engines.postgresql.connector import HastyConnection
from persistence.engines.postgresql.engine import PostgresqlEngine
from persistence.engines.postgresql.host_leases import HostLeases
from persistence.errors import OvertakenError, StoreError
from persistence.store import Store
from tests.postgresql.sharing import SharedServer, new_server


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine takes its time to begin a session."""
    monkeypatch.setattr(HastyConnection, "wait_s", 60.0)


@pytest.fixture
def url(postgresql: SharedServer) -> Iterator[str]:
    found = postgresql.database()
    yield found
    postgresql.drop(found)


@pytest.fixture
def first(url: str) -> Iterator[HostLeases]:
    with closing(HostLeases(url)) as leases:
        yield leases


@pytest.fixture
def second(url: str) -> Iterator[HostLeases]:
    with closing(HostLeases(url)) as leases:
        yield leases


def wanted(holder: str) -> HostLease:
    return HostLease(0, holder, f"host-{holder}", 0, None, 5_000)


def by(claim: Claim) -> Callable[[HostLease | None, int], MayTake | MustWait]:
    return lambda found, now_ms: decide_take(found, claim, now_ms)


def take(
    leases: HostLeases, holder: str, unchanged_s: float = 0.0, *, is_standby: bool = True
) -> tuple[HostLease, MayTake] | MustWait:
    claim = Claim(holder, is_standby, unchanged_s)
    return leases.take(by(claim), wanted(holder), is_unending=not is_standby)


def taken(leases: HostLeases, holder: str, **more: bool) -> HostLease:
    found = take(leases, holder, **more)
    assert isinstance(found, tuple)
    return found[0]


def test_one_host_holds_it_and_renews_it(first, second):
    mine = taken(first, "a")
    assert mine.ends_ms == mine.taken_ms + LIFE_MS
    first.renew(mine.token)
    waits = take(second, "b", 100.0)
    assert isinstance(waits, MustWait)
    assert waits.reason is WaitReason.HELD
    renewed = second.found()
    assert renewed is not None
    assert (renewed.token, renewed.ends_ms >= mine.ends_ms) == (mine.token, True)


def test_the_same_host_takes_it_again_with_a_greater_token(first):
    assert taken(first, "a").token < taken(first, "a").token


def test_a_lease_that_was_released_is_free_at_once_and_its_old_token_is_worth_nothing(first, second):
    mine = taken(first, "a")
    first.release(mine.token, 4_000)
    found = take(second, "b")
    assert isinstance(found, tuple)
    assert found[0].token == mine.token + 1
    assert 0 < found[1].may_arrive_ms <= 4_000
    with pytest.raises(OvertakenError, match="host host-b has taken the lease"):
        first.renew(mine.token)
    with pytest.raises(OvertakenError):
        first.release(mine.token, 0)


def test_a_start_that_asks_nobody_overtakes_the_holder_too(url, first):
    mine = taken(first, "a")
    with closing(Store.open(url)) as store:
        assert store.take_lease() == mine.token + 1
        with pytest.raises(OvertakenError, match="another lotkeeper has taken the lease"):
            first.renew(mine.token)
        with pytest.raises(OvertakenError):
            store.check_lease(mine.token)


def test_a_host_without_a_standby_holds_it_without_end_and_a_standby_does_not_take_it(first, second):
    assert taken(first, "a", is_standby=False).ends_ms is None
    waits = take(second, "b", 1_000.0)
    assert isinstance(waits, MustWait)
    assert waits.reason is WaitReason.UNENDING
    assert taken(second, "c", is_standby=False).token == 2


def test_of_many_that_take_at_once_each_gets_a_token_of_its_own(url, monkeypatch):
    for name in ("_LOCK_S", "_STATEMENT_S"):
        monkeypatch.setattr(host_leases, name, 60.0)  # on a busy machine the last of them waits longer than in service
    tokens: list[int] = []

    def take_many() -> None:
        with closing(HostLeases(url)) as leases:
            tokens.extend(taken(leases, "a").token for _ in range(20))

    threads = [threading.Thread(target=take_many) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(tokens) == list(range(1, 81))


def test_the_advisory_lock_tells_that_the_connection_of_the_holder_has_ended(first, second):
    first.hold_advisory_lock()
    first.hold_advisory_lock()
    assert not second.wait_for_advisory_lock(0.05)
    first.close()
    assert second.wait_for_advisory_lock(60.0)
    first.hold_advisory_lock()
    assert not second.wait_for_advisory_lock(0.05)


def test_a_server_that_was_started_again_is_found_again():
    server = new_server()
    try:
        server.start()
        url = server.url("postgres")
        Store.open(url).close()
        with closing(HostLeases(url)) as leases:
            mine = taken(leases, "a")
            server.stop()
            with pytest.raises(StoreError, match="postgres"):
                leases.renew(mine.token)
            server.start()
            leases._connector._failed_at = float("-inf")  # no waiting for the next attempt
            leases.renew(mine.token)
    finally:
        server.remove()


def test_who_waits_locks_nothing(first, second):
    """A waiting host may be cut off at any moment: the other one goes on."""
    mine = taken(first, "a")
    with second._transaction() as cursor:
        cursor.execute("SELECT 1")
        assert isinstance(take(first, "b"), MustWait)
        first.renew(mine.token)


def test_a_host_that_stops_in_the_middle_of_taking_it_is_not_waited_for_for_long(first, second):
    mine = taken(first, "a")
    with pytest.raises(StoreError):
        stop_in_the_middle(second, lambda: is_renewed(first, mine.token))


def stop_in_the_middle(leases: HostLeases, others_turn: Callable[[], bool]) -> None:
    with leases._transaction() as cursor:
        cursor.execute("SELECT value FROM system_state WHERE key = 'host-lease' FOR UPDATE")
        assert not others_turn()
        wait_for("the server ends its session", others_turn, 120.0)
        cursor.execute("SELECT 1")


def is_renewed(leases: HostLeases, token: int) -> bool:
    try:
        leases.renew(token)
    except StoreError:
        return False
    return True


def test_a_record_that_a_lost_host_was_writing_holds_up_nobody_for_long(url, first, second):
    """Its Ledger has locked the row of the token, and was cut off: the server ends its session."""
    mine = taken(first, "a")
    first.release(mine.token, 0)
    lost = PostgresqlEngine(url, 1.0).connect()
    with lost.cursor() as cursor:
        cursor.execute("SELECT value FROM system_state WHERE key = 'lease' FOR UPDATE")
    assert isinstance(take(second, "b"), MustWait)
    found = wait_for("the lock is free", lambda: isinstance(take(second, "b"), tuple), 120.0)
    assert found
    lost.close()
