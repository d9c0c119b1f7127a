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
from tests.lotkeeper.service.test_configuration import write_config


@pytest.fixture
def stillborn(monkeypatch) -> list[str]:
    """The actor system does not come up, and the next life of the launcher ends the test's; what was checked."""
    checked = []

    def fails(*args: Any, **more: Any) -> None:
        raise StartFailedError("the system did not come up")

    def again(more: Sequence[str]) -> NoReturn:
        raise SystemExit(more[-1])

    monkeypatch.setattr(launcher, "start", fails)
    monkeypatch.setattr(launcher, "restart_process", again)
    monkeypatch.setattr(launcher, "check_pairs_listed", lambda *args: checked.append("listed"))
    for name in ("close_in_children", "configure_logging"):
        monkeypatch.setattr(launcher, name, lambda *args, **more: None)
    monkeypatch.setattr(launcher.signal, "signal", lambda number, handler: None)
    return checked


def live(folder: Path, lives: str) -> str:
    """One life of the launcher; what it hands on to the next."""
    with pytest.raises(SystemExit) as born:
        launcher.Launcher(*write_config(folder), 0, is_quiet=True, starts=lives).run()
    return str(born.value)


def test_a_system_that_is_killed_while_it_comes_up_is_started_again_a_few_times(tmp_path, stillborn):
    lives = ""
    for life in range(1, 5):
        lives = live(tmp_path, lives)
        assert len(lives.split(",")) == life
    with pytest.raises(ServiceError, match="failed 5 times in 60 s: the system did not come up"):
        launcher.Launcher(*write_config(tmp_path), 0, is_quiet=True, starts=lives).run()


def test_a_later_life_does_not_need_the_exchange_to_begin(tmp_path, stillborn):
    """Else a crash while the exchange is away would end the service."""
    long_lived = launcher.Launcher(*write_config(tmp_path), 0, is_quiet=True, starts="")
    long_lived._started_at = [1000.0]  # its own birth is no longer recent
    with pytest.raises(SystemExit) as born:
        long_lived.run()
    assert (str(born.value), stillborn) == ("1000.0", ["listed"])
    live(tmp_path, "1000.0")
    assert stillborn == ["listed"]


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
    assert next_lease_token(config) == 4  # the exchange did not tell
    with pytest.raises(ServiceError, match="holds the lots of another account"):
        next_lease_token(config, "lotkeeper-of-another")


def test_every_life_takes_a_newer_lease_and_one_whose_database_fails_keeps_the_last(tmp_path, stillborn, monkeypatch):
    handed = []
    monkeypatch.setattr(launcher, "restart_process", lambda more: handed.append(more[1]) or sys.exit())
    for lease in (None, 1):
        with pytest.raises(SystemExit):
            launcher.Launcher(*write_config(tmp_path), 0, is_quiet=True, starts="", lease=lease).run()
    (tmp_path / "lotkeeper.sqlite").unlink()
    (tmp_path / "lotkeeper.sqlite").mkdir()
    with pytest.raises(SystemExit):
        launcher.Launcher(*write_config(tmp_path), 0, is_quiet=True, starts="", lease=2).run()
    with pytest.raises(ServiceError, match="is a folder"):
        launcher.Launcher(*write_config(tmp_path), 0, is_quiet=True, starts="").run()
    assert handed == ["1", "2", "2"]
