"""The configuration of a service that trades on an embedded exchange."""

from collections.abc import Iterable
from pathlib import Path

from binance_sim.process import SimulatorProcess

_TEXT = """\
exchange:
  rest_url: {rest_url}
  ws_api_url: {ws_api_url}
  stream_url: {stream_url}
  key_type: hmac
database: "sqlite:///{database}"
runtime_dir: "{runtime_dir}"
exit:
  net_profit_pct: "{profit}"
logs:
  directory: "{logs}"
{more}pairs:
{pairs}
"""


def configuration(
    paper: SimulatorProcess,
    *,
    database: Path,
    runtime_dir: Path,
    logs: Path,
    profit: str,
    pairs: Iterable[str] = (),
    more: str = "",
) -> str:
    """The text of a config.yaml; `pairs` are all of the exchange if none is named, `more` further lines."""
    return _TEXT.format(
        rest_url=paper.rest_url,
        ws_api_url=paper.ws_api_url,
        stream_url=paper.stream_url,
        database=database,
        runtime_dir=runtime_dir,
        profit=profit,
        logs=logs,
        more=more,
        pairs="\n".join(f"  {symbol}: {{}}" for symbol in tuple(pairs) or paper.symbols),
    )


def secrets_of(paper: SimulatorProcess) -> dict[str, str]:
    """The variables that give the service the exchange's own key."""
    return {
        "LOTKEEPER_EXCHANGE__API_KEY": paper.api_key,
        "LOTKEEPER_EXCHANGE__API_SECRET": paper.api_secret,
    }
