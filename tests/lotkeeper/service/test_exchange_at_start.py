"""What a start asks the exchange: one question first, and nothing more where that has no answer."""

from pathlib import Path

import pytest

from lotkeeper.config import Config, Secrets
from lotkeeper.service import exchange_at_start
from lotkeeper.service.errors import ConfigurationError
from lotkeeper.service.exchange_at_start import ExchangeAtStart, ask_exchange, pause_now
from tests.lotkeeper.exchange.http_peer import CUT, SILENT, HttpPeer, answer
from tests.lotkeeper.service.test_configuration import listed, write_config

TIME = answer({"serverTime": 1_700_000_000_000})
SECRETS = Secrets("the-key")
BAN = answer({"code": -1003, "msg": "Way too much; IP banned until 1700000120000."}, 418, Retry_After="120")


@pytest.fixture(autouse=True)
def note(monkeypatch, tmp_path) -> Path:
    """Where a pause is noted."""
    path = tmp_path / "one.pause"
    monkeypatch.setattr(exchange_at_start, "pause_file", lambda config: path)
    monkeypatch.setattr(exchange_at_start, "read_account", lambda config, secrets: None)
    return path


def ask(config: Config, path: Path, *, needs_time: bool = False) -> ExchangeAtStart:
    return ask_exchange(config, path, SECRETS, needs_time=needs_time)


def test_a_ban_costs_one_request_and_the_next_start_none(tmp_path):
    with HttpPeer(BAN) as peer:
        configured = write_config(tmp_path, peer.url)
        for _ in range(3):
            found = ask(*configured)
            assert found.trouble.startswith("banned until 20")
            assert "Way too much" in found.trouble
        assert len(peer.asked) == 1
    assert pause_now(configured[0]).startswith("banned until 20")


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (CUT, "cannot be asked"),
        (answer(b"<html>maintenance", 503), "HTTP 503"),
        (answer({"code": -1003, "msg": "Too many requests."}, 429), "asked to wait until 20"),
    ],
)
def test_an_exchange_that_cannot_be_asked_refuses_no_start(tmp_path, reply, text):
    with HttpPeer(reply) as peer:
        found = ask(*write_config(tmp_path, peer.url))
        assert len(peer.asked) == 1
    assert text in found.trouble
    assert (found.account, found.pairs, found.prices) == (None, {}, {})


def test_an_address_that_no_resolver_knows_refuses_no_start(tmp_path):
    found = ask(*write_config(tmp_path, "https://exchange.invalid"))
    assert "https://exchange.invalid cannot be asked" in found.trouble


def test_an_exchange_that_does_not_answer_holds_a_start_up_for_a_few_seconds_only(tmp_path, monkeypatch):
    monkeypatch.setattr(exchange_at_start, "_WITHIN_S", 0.05)
    with HttpPeer(SILENT) as peer:
        assert "does not answer" in ask(*write_config(tmp_path, peer.url)).trouble


def test_a_typing_error_refuses_the_start(tmp_path):
    every = listed("BTCUSDT")
    with HttpPeer(TIME, every, every, every) as peer, pytest.raises(ConfigurationError, match="ETHUSDT"):
        ask(*write_config(tmp_path, peer.url))


def test_a_slow_answer_is_asked_for_again_where_it_tells_the_time_too_vaguely(tmp_path, monkeypatch):
    corrected = []
    monkeypatch.setattr(exchange_at_start, "_QUICK_MS", -1)  # no answer is quick
    monkeypatch.setattr(exchange_at_start, "correct_histories", lambda config, ms, answered: corrected.append(ms))
    with HttpPeer(*[TIME] * 4) as peer:
        config, _ = write_config(tmp_path, peer.url)
        exchange_at_start._ask_time(config, needs_time=True)
        assert len(peer.asked) == 3
        exchange_at_start._ask_time(config, needs_time=False)
        assert len(peer.asked) == 4
    assert corrected == [1_700_000_000_000]
