"""The configuration that a staged service gets is one that lotkeeper accepts."""

from decimal import Decimal as D
from pathlib import Path
from typing import Any

from binance_sim.process import SimulatorProcess
from lotkeeper.config import Config, load_config, load_secrets
from lotkeeper.verification.staging.configuration import config_text, secret_variables

EXCHANGE = SimulatorProcess(
    process=None,  # type: ignore[arg-type] (no process is needed)
    rest_url="http://127.0.0.1:1",
    ws_api_url="ws://127.0.0.1:1",
    stream_url="ws://127.0.0.1:1",
    api_key="the-key",
    api_secret="the-secret",
    control_url="http://127.0.0.1:2",
    control_key="another",
    symbols=["BTCUSDT", "ETHUSDT"],
)


def load(folder: Path, **more: Any) -> Config:
    # The folder of the sockets needs a short path, and nothing is made in it.
    places = {
        "database": f"sqlite:///{folder}/lots.sqlite",
        "runtime_dir": Path("/tmp/lk-run"),
        "logs": folder / "logs",
    }
    (folder / "config.yaml").write_text(config_text(EXCHANGE, **places, profit_pct="0.3", **more))
    return load_config(folder / "config.yaml", {})


def test_it_has_all_pairs_of_the_exchange(tmp_path):
    config = load(tmp_path)
    assert list(config.pairs) == ["BTCUSDT", "ETHUSDT"]
    assert config.exit.net_profit_pct == D("0.3")
    assert config.database == f"sqlite:///{tmp_path}/lots.sqlite"
    assert load_secrets(config, secret_variables(EXCHANGE)).api_key == "the-key"


def test_pairs_and_further_lines_may_be_named(tmp_path):
    config = load(tmp_path, pairs=["ETHUSDT"], more="  level: DEBUG\nstreams:\n  silent_after_s: 5\n")
    assert list(config.pairs) == ["ETHUSDT"]
    assert (config.logs.level, config.streams.silent_after_s) == ("DEBUG", 5)
