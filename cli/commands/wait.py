"""`lotkeeper wait`: for scripts, until every trade of every pair is known to be accounted for."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.shared import ServiceCommand, config_option, json_option, write_json
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import load_config
from lotkeeper.service.errors import ServiceError, ServiceNotRunningError

if TYPE_CHECKING:
    from lotkeeper.config import Config

_MOST_NAMED = 3  # pairs in the sentence that says what is missing


@click.command(cls=ServiceCommand, short_help="Wait until every pair is proven complete.")
@click.option("--proven", "is_proven", is_flag=True, help="Until all trades of the pairs are proven to be known.")
@click.option("--pair", "wanted", multiple=True, callback=lambda _c, _p, found: tuple(map(str.upper, found)),
              help="Only this pair; may be given more than once.")  # fmt: skip
@click.option("--timeout", "timeout_s", type=click.FloatRange(0), default=60.0, show_default=True, metavar="SECONDS",
              help="Give up after so long, with exit code 1; 0 asks once.")  # fmt: skip
@config_option
@json_option
def wait(*, is_proven: bool, wanted: tuple[str, ...], timeout_s: float, config_path: Path, as_json: bool) -> None:
    """Wait until every trade of every pair is known to be accounted for: after a start, a restart, a lost network.

    Exit code 0 when it is so, 1 when it is not within the time, 3 when the service is not running. A pair that is
    paused counts as any other.

    \b
    Example:
      lotkeeper start && lotkeeper wait --proven --timeout 30
    """
    if not is_proven:
        raise click.UsageError("Say what to wait for: --proven.")
    from cli.waiting import wait_until_proven
    from lotkeeper.service.documents.pair_states import missing_proofs

    config = load_config(config_path)
    _refuse_unknown(wanted, config)
    lacking = wait_until_proven(lambda: _status(config), lambda found: missing_proofs(found, wanted), timeout_s)
    if lacking:
        raise ServiceError(f"not proven within {timeout_s:g} s: {_sentence(lacking)}")
    proven = list(wanted or config.pairs)
    if as_json:
        write_json({"proven": proven})
    else:
        click.echo(f"proven complete: {', '.join(proven)}")


def _status(config: "Config") -> Mapping[str, Any] | None:
    from messages.control import AskStatus

    try:
        document: Mapping[str, Any] = ask_service(config, AskStatus()).document
    except ServiceNotRunningError:
        raise
    except ServiceError:
        return None  # the Monitor restarts, or the machine is very busy
    return document


def _refuse_unknown(wanted: tuple[str, ...], config: "Config") -> None:
    from lotkeeper.trading.nearest_names import not_configured

    unknown = [symbol for symbol in wanted if symbol not in config.pairs]
    if unknown:
        raise ServiceError(not_configured(unknown[0], config.pairs))


def _sentence(lacking: Mapping[str, str]) -> str:
    named = [f"{name}: {why}" for name, why in list(lacking.items())[:_MOST_NAMED]]
    more = len(lacking) - len(named)
    return "; ".join([*named, *([f"and {more} more"] if more > 0 else [])])
