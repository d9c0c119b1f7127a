"""The start in the background: its errors are those of the process that was started."""

import sys
from pathlib import Path

import pytest

from lotkeeper.config import Config, load_config
from lotkeeper.service import background
from lotkeeper.service.background import check_startable, start_service
from lotkeeper.service.errors import ConfigurationError, ServiceError
from lotkeeper.service.start_moment import now
from tests.lotkeeper.exchange.http_peer import CUT, HttpPeer
from tests.lotkeeper.service.test_configuration import listed, write_config


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Of a service that may be started, and never runs."""
    monkeypatch.setattr(background, "load_secrets", lambda *_: None)
    monkeypatch.setattr(background, "is_running", lambda _: False)
    path = tmp_path / "config.yaml"
    path.write_text("pairs:\n  BTCUSDT: {}\n")
    return load_config(path, {})


@pytest.fixture
def replace_service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Runs a shell script in place of the service."""

    def replace(script: str) -> None:
        path = tmp_path / "service.sh"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o700)
        monkeypatch.setattr(sys, "executable", str(path))

    return replace


@pytest.mark.parametrize(
    ("script", "error", "text"),
    [
        ("echo 'Error: one' >&2; exit 1", ServiceError, "one"),
        ("echo 'Error: pairs: found nothing' >&2; exit 2", ConfigurationError, "pairs: found nothing"),
        ("exit 7", ServiceError, "the service ended with code 7"),
    ],
)
def test_a_service_that_ends_at_once_is_an_error_with_its_output(
    config, replace_service, tmp_path, script, error, text
):
    replace_service(script)
    for _ in range(2):  # the output of the first start is not taken for that of the second
        with pytest.raises(error) as raised:
            start_service(config, tmp_path / "config.yaml", now())
        assert (type(raised.value), str(raised.value)) == (error, text)


def test_a_service_that_answers_has_a_process_id(config, replace_service, tmp_path, monkeypatch):
    replace_service("sleep 1")
    monkeypatch.setattr(background, "is_running", lambda _: True)
    assert start_service(config, tmp_path / "config.yaml", now()).pid > 0


def test_a_start_says_what_the_service_waits_for(config, replace_service, tmp_path, monkeypatch):
    replace_service("echo 'starting: banned until tomorrow' >&2; touch ready; exec sleep 1")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(background, "is_running", lambda _: (tmp_path / "ready").exists())
    found = start_service(config, tmp_path / "config.yaml", now())
    assert found.waits_for == "banned until tomorrow"
    assert str(found) == f"lotkeeper runs (process {found.pid})\nstarting: banned until tomorrow"


def test_an_exchange_that_cannot_be_asked_is_no_reason_to_leave_the_service_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(background, "load_secrets", lambda *_: None)
    with HttpPeer(CUT) as peer:
        check_startable(*write_config(tmp_path, peer.url))
        assert len(peer.asked) == 1


def test_a_pair_that_is_a_typing_error_is_refused_before_anything_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(background, "load_secrets", lambda *_: None)
    with HttpPeer(listed("BTCUSDT")) as peer, pytest.raises(ConfigurationError, match="ETHUSDT"):
        check_startable(*write_config(tmp_path, peer.url))


def test_a_service_that_never_answers_is_an_error(config, replace_service, tmp_path, monkeypatch):
    replace_service("sleep 1")
    monkeypatch.setattr(background, "_UP_WITHIN_S", 0.1)
    with pytest.raises(ServiceError, match=r"does not answer within 0 s; see .*lotkeeper\.out"):
        start_service(config, tmp_path / "config.yaml", now())


def test_a_folder_for_the_logs_that_cannot_be_written_is_an_error(config, replace_service, tmp_path):
    replace_service("sleep 1")
    (tmp_path / "logs").write_text("a file")
    with pytest.raises(ServiceError, match="cannot write to the folder for the logs"):
        start_service(config, tmp_path / "config.yaml", now())


def test_without_a_key_nothing_can_be_started(tmp_path, monkeypatch):
    monkeypatch.delenv("LOTKEEPER_EXCHANGE__API_KEY", raising=False)
    with pytest.raises(ConfigurationError, match="LOTKEEPER_EXCHANGE__API_KEY"):
        check_startable(*write_config(tmp_path))
