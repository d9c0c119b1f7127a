"""What the launcher checks and hands on before a system is started."""

from pathlib import Path
from typing import Any

import pytest

from lotkeeper.config import load_config
from lotkeeper.engine.errors import StartFailedError
from lotkeeper.service import launcher
from lotkeeper.service.errors import ServiceError
from lotkeeper.service.launcher import next_lease_token
from lotkeeper.service.lease import Lease
from lotkeeper.service.start_checks import StartFindings
from lotkeeper.service.start_moment import now
from messages.lifecycle import StartGuardian
from tests.lotkeeper.service.test_configuration import write_config


@pytest.fixture
def settled(monkeypatch) -> list[bool]:
    """Whether each settlement of the histories was one after a restart of the actors."""
    found: list[bool] = []
    monkeypatch.setattr(launcher, "settle_histories", lambda config, started, is_again: found.append(is_again))
    return found


@pytest.fixture
def starts(monkeypatch, settled) -> list[int]:
    """The actor system never comes up. Returns the lease of each start."""
    leases: list[int] = []

    def fails(folder: Path, root: type, first: StartGuardian, **more: Any) -> None:
        leases.append(first.settings.lease)
        raise StartFailedError("the system did not come up")

    monkeypatch.setattr(launcher, "start", fails)
    monkeypatch.setattr(launcher, "configure_logging", lambda *args, **more: None)
    monkeypatch.setattr(launcher.signal, "signal", lambda number, handler: None)
    return leases


def launched(folder: Path) -> launcher.Launcher:
    """A launcher; its key cannot be given to anybody."""
    return launcher.Launcher(write_config(folder)[0], -1, StartFindings(Lease((), "")), started=now(), is_quiet=True)


def test_a_system_that_is_killed_while_it_comes_up_is_started_again_a_few_times(tmp_path, starts):
    with pytest.raises(ServiceError, match="failed 5 times in 60 s: the system did not come up"):
        launched(tmp_path).run()
    assert len(starts) == 5


def test_only_the_first_start_needs_the_exchange_to_settle_histories(tmp_path, starts, settled, monkeypatch):
    """Otherwise a crash while the exchange is unreachable would end the service."""
    monkeypatch.setattr(launcher, "_STARTS_WITHIN_S", 0.0)
    service = launched(tmp_path)
    for _ in range(3):
        service._run_system()
    assert settled == [False, True, True]


def test_starts_of_long_ago_do_not_count(tmp_path, starts, monkeypatch):
    clock = iter(range(0, 10_000, 30))
    monkeypatch.setattr(launcher.time, "monotonic", lambda: float(next(clock)))
    service = launched(tmp_path)
    for _ in range(10):
        service._run_system()
    assert len(starts) == 10


def test_every_start_takes_a_newer_lease_and_keeps_the_last_if_its_database_fails(tmp_path, starts):
    service = launched(tmp_path)
    service._run_system()
    service._run_system()
    (tmp_path / "lotkeeper.sqlite").unlink()
    (tmp_path / "lotkeeper.sqlite").mkdir()
    service._run_system()
    assert starts == [1, 2, 2]
    with pytest.raises(ServiceError, match="is a folder"):
        launched(tmp_path).run()


def test_a_database_that_cannot_be_opened_is_refused_at_the_start(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("pairs:\n  BTCUSDT: {}\n")
    (tmp_path / "lotkeeper.sqlite").mkdir()
    with pytest.raises(ServiceError, match=r"lotkeeper\.sqlite") as refused:
        next_lease_token(load_config(path, {}))
    assert refused.value.exit_code == 1


def test_the_database_of_another_account_is_refused(tmp_path):
    config, _ = write_config(tmp_path)
    next_lease_token(config)
    next_lease_token(config, "lotkeeper-of-one")
    next_lease_token(config, "lotkeeper-of-one")
    assert next_lease_token(config) == 4  # the account's number is not known
    with pytest.raises(ServiceError, match="holds the lots of another account"):
        next_lease_token(config, "lotkeeper-of-another")
