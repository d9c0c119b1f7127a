"""The configuration of a service that trades on an embedded exchange."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from binance_sim.process import SimulatorProcess

_TEXT = """\
exchange:
  rest_url: {rest_url}
  ws_api_url: {ws_api_url}
  stream_url: {stream_url}
  key_type: hmac
database: "{database}"
runtime_dir: "{runtime_dir}"
exit:
  net_profit_pct: "{profit_pct}"
logs:
  directory: "{logs}"
{more}pairs:
{pairs}
"""


def config_text(
    exchange: SimulatorProcess,
    *,
    database: str,
    runtime_dir: Path,
    logs: Path,
    profit_pct: str,
    pairs: Iterable[str] = (),
    exits: Mapping[str, Mapping[str, Any]] | None = None,
    more: str = "",
) -> str:
    """The text of a config.yaml. Without `pairs` it has all pairs of the exchange.

    `exits` are keys of `exit` for single pairs, and `more` are further lines.
    """
    own = exits or {}
    return _TEXT.format(
        rest_url=exchange.rest_url,
        ws_api_url=exchange.ws_api_url,
        stream_url=exchange.stream_url,
        database=database,
        runtime_dir=runtime_dir,
        profit_pct=profit_pct,
        logs=logs,
        more=more,
        pairs="\n".join(f"  {each}: {json.dumps(own.get(each, {}))}" for each in tuple(pairs) or exchange.symbols),
    )


def secret_variables(exchange: SimulatorProcess) -> dict[str, str]:
    """The environment variables that give the service the exchange's own API key."""
    return {
        "LOTKEEPER_EXCHANGE__API_KEY": exchange.api_key,
        "LOTKEEPER_EXCHANGE__API_SECRET": exchange.api_secret,
    }
