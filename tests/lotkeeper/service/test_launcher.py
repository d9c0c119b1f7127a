"""What the launcher checks and hands on before a system is started."""

import sys
from collections.abc import Sequence
from decimal import Decimal as D
from pathlib import Path
from typing import Any, NoReturn

import pytest

from cli.shared import ConfigurationFailure, Failure
from lotkeeper.config import Config, load_config
from lotkeeper.engine.errors import StartFailedError
from lotkeeper.service import launcher
from lotkeeper.service.launcher import check_listed, service_settings, take_token
from lotkeeper.trading.policy import ExitPolicy, OnPartial
from messages.lifecycle import PairSettings
from tests.lotkeeper.exchange.http_peer import CUT, HttpPeer, answer

CONFIG = """\
exchange:
  rest_url: {url}
  recv_window_ms: 4000
streams:
  silent_after_s: 30
exit:
  net_profit_pct: "0.5"
pairs:
  BTCUSDT: {{}}
  ETHUSDT: {{net_profit_pct: "0.8", on_partial: complete}}
"""
FILTERS = [
    {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000", "tickSize": "0.01"},
    {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000", "stepSize": "0.00001"},
]


def configured(folder: Path, url: str = "https://api.binance.com") -> tuple[Config, Path]:
    path = folder / "config.yaml"
    path.write_text(CONFIG.format(url=url))
    return load_config(path, {}), path


def listed(*symbols: str) -> bytes:
    rows: list[dict[str, Any]] = [
        {"symbol": each, "baseAsset": each[:3], "quoteAsset": "USDT", "status": "TRADING", "filters": FILTERS}
        for each in symbols
    ]
    return answer({"symbols": rows})


def test_the_settings_of_the_actors_come_from_the_configuration(tmp_path):
    settings = service_settings(configured(tmp_path)[0])
    assert settings.pairs == (
        PairSettings("BTCUSDT", ExitPolicy(D("0.5"), OnPartial.IMMEDIATE)),
        PairSettings("ETHUSDT", ExitPolicy(D("0.8"), OnPartial.COMPLETE)),
    )
    assert (settings.rest_url, settings.recv_window_ms, settings.silent_after_s) == (
        "https://api.binance.com",
        4000,
        30.0,
    )
    assert settings.database == f"sqlite:///{tmp_path}/lotkeeper.sqlite"


def test_pairs_that_the_exchange_lists(tmp_path):
    with HttpPeer(listed("BTCUSDT", "ETHUSDT")) as peer:
        check_listed(*configured(tmp_path, peer.url))
        assert len(peer.asked) == 1


def test_a_pair_that_the_exchange_does_not_list_is_a_problem_of_the_configuration(tmp_path):
    refusal = answer({"code": -1121, "msg": "Invalid symbol."}, 400)
    with HttpPeer(refusal, listed("BTCUSDT", "ETHUSDC")) as peer, pytest.raises(ConfigurationFailure) as failed:
        check_listed(*configured(tmp_path, peer.url))
    assert failed.value.exit_code == 2
    (line,) = failed.value.message.splitlines()
    assert "config.yaml:10" in line
    assert "ETHUSDT" in line
    assert "ETHUSDC" in line  # what may have been meant


@pytest.mark.parametrize("reply", [CUT, answer({"code": -1003, "msg": "Too many requests."}, 429), answer(b"<html>")])
def test_an_exchange_that_does_not_tell_its_pairs_is_a_failure(tmp_path, reply):
    with HttpPeer(reply) as peer, pytest.raises(Failure) as failed:
        check_listed(*configured(tmp_path, peer.url))
    assert failed.value.exit_code == 1
    assert len(failed.value.message.splitlines()) == 1


def test_an_exchange_that_cannot_be_reached_is_a_failure(tmp_path):
    with HttpPeer() as gone:
        url = gone.url
    with pytest.raises(Failure, match="does not tell its pairs") as failed:
        check_listed(*configured(tmp_path, url))
    assert failed.value.exit_code == 1


@pytest.fixture
def stillborn(monkeypatch) -> list[str]:
    """The actor system does not come up, and the next life of the launcher ends the test's; what was checked."""
    checked = []

    def fails(*args: Any, **more: Any) -> None:
        raise StartFailedError("the system did not come up")

    def again(more: Sequence[str]) -> NoReturn:
        raise SystemExit(more[-1])

    monkeypatch.setattr(launcher, "start", fails)
    monkeypatch.setattr(launcher, "start_again", again)
    monkeypatch.setattr(launcher, "check_listed", lambda *args: checked.append("listed"))
    for name in ("keep_from_children", "configure_logging"):
        monkeypatch.setattr(launcher, name, lambda *args, **more: None)
    monkeypatch.setattr(launcher.signal, "signal", lambda number, handler: None)
    return checked


def live(folder: Path, lives: str) -> str:
    """One life of the launcher; what it hands on to the next."""
    with pytest.raises(SystemExit) as born:
        launcher.Launcher(*configured(folder), 0, is_quiet=True, lives=lives).run()
    return str(born.value)


def test_a_system_that_is_killed_while_it_comes_up_is_started_again_a_few_times(tmp_path, stillborn):
    lives = ""
    for life in range(1, 5):
        lives = live(tmp_path, lives)
        assert len(lives.split(",")) == life
    with pytest.raises(Failure, match="failed 5 times in 60 s: the system did not come up"):
        launcher.Launcher(*configured(tmp_path), 0, is_quiet=True, lives=lives).run()


def test_a_later_life_does_not_need_the_exchange_to_begin(tmp_path, stillborn):
    """Else a crash while the exchange is away would end the service."""
    long_lived = launcher.Launcher(*configured(tmp_path), 0, is_quiet=True, lives="")
    long_lived._births = [1000.0]  # its own birth is no longer recent
    with pytest.raises(SystemExit) as born:
        long_lived.run()
    assert (str(born.value), stillborn) == ("1000.0", ["listed"])
    live(tmp_path, "1000.0")
    assert stillborn == ["listed"]


def test_a_database_that_cannot_be_opened_is_refused_at_the_start(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("pairs:\n  BTCUSDT: {}\n")
    (tmp_path / "lotkeeper.sqlite").mkdir()
    with pytest.raises(Failure, match=r"lotkeeper\.sqlite") as refused:
        take_token(load_config(path, {}))
    assert refused.value.exit_code == 1


def test_the_database_of_another_account_is_refused(tmp_path):
    config, _ = configured(tmp_path)
    take_token(config)
    take_token(config, "lotkeeper-of-one")
    take_token(config, "lotkeeper-of-one")
    assert take_token(config) == 4  # the exchange did not tell
    with pytest.raises(Failure, match="holds the lots of another account"):
        take_token(config, "lotkeeper-of-another")


def test_every_life_takes_a_newer_lease_and_one_whose_database_fails_keeps_the_last(tmp_path, stillborn, monkeypatch):
    handed = []
    monkeypatch.setattr(launcher, "start_again", lambda more: handed.append(more[1]) or sys.exit())
    for lease in (None, 1):
        with pytest.raises(SystemExit):
            launcher.Launcher(*configured(tmp_path), 0, is_quiet=True, lives="", lease=lease).run()
    (tmp_path / "lotkeeper.sqlite").unlink()
    (tmp_path / "lotkeeper.sqlite").mkdir()
    with pytest.raises(SystemExit):
        launcher.Launcher(*configured(tmp_path), 0, is_quiet=True, lives="", lease=2).run()
    with pytest.raises(Failure, match="is a folder"):
        launcher.Launcher(*configured(tmp_path), 0, is_quiet=True, lives="").run()
    assert handed == ["1", "2", "2"]
