"""Two hosts that share a database, each with a claim: who gets the lease, and what the other one says meanwhile."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lotkeeper.config import Config, load_config
from lotkeeper.service import host_claim
from lotkeeper.service.errors import ConfigurationError, ServiceError
from lotkeeper.service.host_claim import HostClaim, check_standby
from messages.host_lease import HostTerm
from persistence.engines.choice import host_leases_of
from tests.lotkeeper.service.test_configuration import write_config
from tests.postgresql.sharing import SharedServer


@pytest.fixture
def config(tmp_path: Path, postgresql: SharedServer) -> Iterator[Config]:
    url = postgresql.database()
    yield write_config(tmp_path)[0].model_copy(update={"database": url})
    postgresql.drop(url)


class Host:
    """One host with its claim. It stops waiting after a number of looks."""

    def __init__(self, config: Config, folder: Path, monkeypatch: Any, *, is_standby: bool = True) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        monkeypatch.setattr(host_claim, "in_flight_file", lambda _: _Place(folder / "lots.in-flight"))
        self.claim = HostClaim(config, is_standby=is_standby)
        self.said: list[str] = []

    def take(self, looks: int = 1) -> HostTerm | None:
        left = iter(range(looks))
        return self.claim.take(lambda: next(left, None) is None, self.said.append)


class _Place:
    def __init__(self, path: Path) -> None:
        self.path = path


def test_the_second_host_waits_and_takes_over_at_once_when_the_first_gives_it_up(config, tmp_path, monkeypatch):
    first, second = (Host(config, tmp_path / each, monkeypatch) for each in ("a", "b"))
    mine = first.take()
    assert mine is not None
    assert mine.may_send_until_s is not None
    assert second.take() is None
    assert f"holds the lease ({mine.token})" in second.said[-1]
    assert second.said[-1].startswith("standby: host ")
    first.claim.release(4_000)
    theirs = second.take()
    assert theirs is not None
    assert (theirs.token, theirs.is_from_another) == (mine.token + 1, True)
    assert theirs.others_arrive_until_s is not None
    assert theirs.others_arrive_until_s - theirs.taken_s <= 4.0


def test_a_service_that_is_started_again_on_its_host_has_its_lease_and_its_notes(config, tmp_path, monkeypatch):
    first = Host(config, tmp_path / "a", monkeypatch).take()
    again = Host(config, tmp_path / "a", monkeypatch).take()
    assert first is not None
    assert again is not None
    assert (again.token, again.holder, again.is_from_another) == (first.token + 1, first.holder, False)


def test_a_host_without_standby_is_refused_while_another_one_trades(config, tmp_path, monkeypatch):
    Host(config, tmp_path / "a", monkeypatch).take()
    monkeypatch.setattr(host_claim, "_ALONE_WAITS_S", -1.0)
    alone = Host(config, tmp_path / "b", monkeypatch, is_standby=False)
    with pytest.raises(ServiceError, match=r"host .* trades with the database of this configuration \(lease 1\): stop"):
        alone.take(3)


def test_a_standby_says_what_to_do_where_the_other_host_has_a_lease_that_does_not_end(config, tmp_path, monkeypatch):
    alone = Host(config, tmp_path / "a", monkeypatch, is_standby=False)
    mine = alone.take()
    assert mine is not None
    assert mine.may_send_until_s is None
    standby = Host(config, tmp_path / "b", monkeypatch)
    assert standby.take() is None
    assert "does not end: start lotkeeper with --standby there, too" in standby.said[-1]
    assert Host(config, tmp_path / "c", monkeypatch, is_standby=False).take() is not None


def test_a_standby_waits_for_a_database_that_is_away_and_a_host_alone_does_not_start(config, tmp_path, monkeypatch):
    away = config.model_copy(update={"database": f"postgresql://me@/lots?host={tmp_path}"})
    standby = Host(away, tmp_path / "a", monkeypatch)
    assert standby.take() is None
    assert "cannot be reached" in standby.said[-1]
    with pytest.raises(ServiceError, match="cannot be reached"):
        Host(away, tmp_path / "b", monkeypatch, is_standby=False).take()


def test_the_first_look_after_the_database_was_away_begins_a_new_watch(config, tmp_path, monkeypatch):
    """Its holder could not renew the lease either."""
    sight = host_claim._Sight()
    clock = iter([100.0, 120.0, 121.0, 130.0])
    monkeypatch.setattr(host_claim.time, "monotonic", lambda: next(clock))
    assert [sight.look(None), sight.look(None)] == [0.0, 20.0]
    sight.forget()
    assert [sight.look(None), sight.look(None)] == [0.0, 9.0]


def test_a_file_cannot_be_shared_by_two_hosts(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("pairs:\n  BTCUSDT: {}\n")
    config = load_config(path, {})
    check_standby(config, is_standby=False)
    with pytest.raises(ConfigurationError, match="--standby needs a database that both hosts reach"):
        check_standby(config, is_standby=True)


def test_a_lease_that_cannot_be_given_up_ends_by_itself(config, tmp_path, monkeypatch):
    first = Host(config, tmp_path / "a", monkeypatch)
    first.take()
    Host(config, tmp_path / "a", monkeypatch).take()
    first.claim.release(0)  # its token is not the newest any more
    leases = host_leases_of(config.database)
    found = leases.found()
    leases.close()
    assert found is not None
    assert (found.token, found.released_ms) == (2, None)
