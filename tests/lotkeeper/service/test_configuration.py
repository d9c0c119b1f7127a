"""The configuration as the service uses it: the actors get their settings."""

from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from lotkeeper.config import Config, load_config
from lotkeeper.service.configuration import broker_place, load_channels, service_settings
from lotkeeper.service.errors import ConfigurationError
from lotkeeper.trading.policy import ExitPolicy, OnPartial
from messages.lifecycle import BrokerPlace, PairSettings
from tests.lotkeeper.exchange.http_peer import answer

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


def test_the_place_of_the_budget_broker_is_that_of_the_configuration(tmp_path: Path) -> None:
    config, _ = write_config(tmp_path)
    assert service_settings(config).broker is None
    exchange = config.exchange.model_copy(update={"budget_socket": Path("/run/b/budget.sock")})
    place = broker_place(config.model_copy(update={"exchange": exchange}))
    assert place == BrokerPlace("/run/b/budget.sock", tmp_path.name, "api.binance.com")


def test_channels_without_what_sends_are_refused_with_the_way_to_get_it(tmp_path: Path, monkeypatch) -> None:
    _, path = write_config(tmp_path)
    path.write_text(path.read_text() + "alerts: {channels: {phone: {}}}\n")
    urls = {"LOTKEEPER_ALERTS__URLS": "{phone: 'json://127.0.0.1:9/x'}"}
    config = load_config(path, {})
    assert load_channels(config, urls) == {"phone": "json://127.0.0.1:9/x"}
    monkeypatch.setattr("lotkeeper.service.configuration.find_spec", lambda _name: None)
    with pytest.raises(ConfigurationError, match=r"pip install 'lotkeeper\[alerts\]'"):
        load_channels(config, urls)
