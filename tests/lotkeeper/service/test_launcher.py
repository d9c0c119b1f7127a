"""What the launcher checks and hands on before a system is started."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest

from lotkeeper.config import load_config
from lotkeeper.engine.errors import StartFailedError
from lotkeeper.service import launcher
from lotkeeper.service.errors import ServiceError
from lotkeeper.service.launcher import next_lease_token
from lotkeeper.service.start_moment import now
from tests.lotkeeper.service.test_configuration import write_config


@pytest.fixture
def failing_system(monkeypatch) -> list[str]:
    """The actor system does not start, and a restart of the launcher raises SystemExit. Returns what was checked."""
    checked = []

    def fails(*args: Any, **more: Any) -> None:
        raise StartFailedError("the system did not come up")

    def again(more: Sequence[str]) -> NoReturn:
        raise SystemExit(more[-1])

    monkeypatch.setattr(launcher, "start", fails)
    monkeypatch.setattr(launcher, "restart_process", again)
    monkeypatch.setattr(launcher, "check_pairs_listed", lambda *args: checked.append("listed"))
    monkeypatch.setattr(launcher, "settle_histories", lambda *args, **more: None)
    for name in ("close_in_children", "configure_logging"):
        monkeypatch.setattr(launcher, name, lambda *args, **more: None)
    monkeypatch.setattr(launcher.signal, "signal", lambda number, handler: None)
    return checked


def start_and_fail(folder: Path, starts: str) -> str:
    """One start of the launcher; returns the times of the starts that it passes to the next."""
    with pytest.raises(SystemExit) as ended:
        launcher.Launcher(*write_config(folder), 0, started=now(), is_quiet=True, starts=starts).run()
    return str(ended.value)


def test_a_system_that_is_killed_while_it_comes_up_is_started_again_a_few_times(tmp_path, failing_system):
    starts = ""
    for count in range(1, 5):
        starts = start_and_fail(tmp_path, starts)
        assert len(starts.split(",")) == count
    with pytest.raises(ServiceError, match="failed 5 times in 60 s: the system did not come up"):
        launcher.Launcher(*write_config(tmp_path), 0, started=now(), is_quiet=True, starts=starts).run()


def test_a_restart_does_not_need_the_exchange(tmp_path, failing_system):
    """Otherwise a crash while the exchange is unreachable would end the service."""
    old = launcher.Launcher(*write_config(tmp_path), 0, started=now(), is_quiet=True, starts="")
    old._started_at = [1000.0]  # its own start is no longer recent
    with pytest.raises(SystemExit) as ended:
        old.run()
    assert (str(ended.value), failing_system) == ("1000.0", ["listed"])
    start_and_fail(tmp_path, "1000.0")
    assert failing_system == ["listed"]


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


def test_every_start_takes_a_newer_lease_and_keeps_the_last_if_its_database_fails(
    tmp_path, failing_system, monkeypatch
):
    handed = []
    monkeypatch.setattr(launcher, "restart_process", lambda more: handed.append(more[1]) or sys.exit())
    for lease in (None, 1):
        with pytest.raises(SystemExit):
            launcher.Launcher(*write_config(tmp_path), 0, started=now(), is_quiet=True, starts="", lease=lease).run()
    (tmp_path / "lotkeeper.sqlite").unlink()
    (tmp_path / "lotkeeper.sqlite").mkdir()
    with pytest.raises(SystemExit):
        launcher.Launcher(*write_config(tmp_path), 0, started=now(), is_quiet=True, starts="", lease=2).run()
    with pytest.raises(ServiceError, match="is a folder"):
        launcher.Launcher(*write_config(tmp_path), 0, started=now(), is_quiet=True, starts="").run()
    assert handed == ["1", "2", "2"]
