"""The configuration as the service uses it: the exchange lists its pairs, and the actors get their settings."""

from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from lotkeeper.config import Config, load_config
from lotkeeper.service.configuration import check_pairs_listed, service_settings
from lotkeeper.service.errors import ConfigurationError, ServiceError
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


def write_config(folder: Path, url: str = "https://api.binance.com") -> tuple[Config, Path]:
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
    settings = service_settings(write_config(tmp_path)[0])
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
        check_pairs_listed(*write_config(tmp_path, peer.url))
        assert len(peer.asked) == 1


def test_a_pair_that_the_exchange_does_not_list_is_a_problem_of_the_configuration(tmp_path):
    refusal = answer({"code": -1121, "msg": "Invalid symbol."}, 400)
    with HttpPeer(refusal, listed("BTCUSDT", "ETHUSDC")) as peer, pytest.raises(ConfigurationError) as failed:
        check_pairs_listed(*write_config(tmp_path, peer.url))
    assert failed.value.exit_code == 2
    (line,) = str(failed.value).splitlines()
    assert "config.yaml:10" in line
    assert "ETHUSDT" in line
    assert "ETHUSDC" in line  # what may have been meant


@pytest.mark.parametrize("reply", [CUT, answer({"code": -1003, "msg": "Too many requests."}, 429), answer(b"<html>")])
def test_an_exchange_that_does_not_tell_its_pairs_is_a_failure(tmp_path, reply):
    with HttpPeer(reply) as peer, pytest.raises(ServiceError) as failed:
        check_pairs_listed(*write_config(tmp_path, peer.url))
    assert failed.value.exit_code == 1
    assert len(str(failed.value).splitlines()) == 1


def test_an_exchange_that_cannot_be_reached_is_a_failure(tmp_path):
    with HttpPeer() as gone:
        url = gone.url
    with pytest.raises(ServiceError, match="did not answer which pairs it lists") as failed:
        check_pairs_listed(*write_config(tmp_path, url))
    assert failed.value.exit_code == 1
