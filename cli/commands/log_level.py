"""`lotkeeper log-level`: from which level on the processes of the service log, changed while they run."""

import getpass
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.durations import parse_duration
from cli.shared import ServiceCommand, config_option, json_option, write_json
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import load_config

if TYPE_CHECKING:
    from lotkeeper.engine.actor.log_levels import LogLevels

_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_CONFIGURED = "configured"
_ALL = "all"
_ACTORS = (
    "Alerts",
    "FeeReserve",
    "Gateway",
    "Guardian",
    "HostLease",
    "Ledger",
    "MarketStream",
    "Monitor",
    "PairKeeper",
    "PairSupervisor",
    "PriceBroadcaster",
    "UserStream",
)
_OTHERS = ("launcher", "web")  # processes that are no actors, as their lines name them
_ACTOR = click.Choice((_ALL, *_ACTORS, *_OTHERS), case_sensitive=False)
_LEVEL = click.Choice((*_LEVELS, _CONFIGURED), case_sensitive=False)


@click.command(cls=ServiceCommand, short_help="Show or change from which level on the running service logs.")
@click.argument("actor", required=False, metavar="[ACTOR|all]", type=_ACTOR)
@click.argument("level", required=False, metavar="[LEVEL]", type=_LEVEL)
@click.option("--for", "for_s", callback=parse_duration, help="End it after so long, such as 90s, 10m or 2h.")
@config_option
@json_option
def log_level(*, actor: str | None, level: str | None, for_s: float | None, config_path: Path, as_json: bool) -> None:
    """Have the running actors of a class log from LEVEL on; without LEVEL say what is in force.

    ACTOR `launcher` is the service's main process, `web` the HTTP server, and `all` means both and every actor. It
    reaches those that run and those that start later, until it is changed again, --for is over, or the whole service
    starts again. LEVEL `configured` takes it back to `logs.level`. At DEBUG each message that an actor has handled has
    a line; no secret is in it.

    \b
    Example:
      lotkeeper log-level Gateway DEBUG --for 10m
      lotkeeper log-level all configured
    """
    from lotkeeper.engine.actor.log_levels import ActorLevel, ChangeLogLevel

    if (actor is None) != (level is None):
        raise click.UsageError("ACTOR and LEVEL belong together, such as: lotkeeper log-level Gateway DEBUG")
    if for_s is not None and (level is None or level == _CONFIGURED):
        raise click.UsageError("--for is for a LEVEL, such as: lotkeeper log-level Gateway DEBUG --for 10m")
    config, change = load_config(config_path), None
    if actor is not None and level is not None:
        until_ms = None if for_s is None else round((time.time() + for_s) * 1000)
        wanted = "" if level == _CONFIGURED else level
        change = ActorLevel("" if actor == _ALL else actor, wanted, until_ms, getpass.getuser())
    _show(ask_service(config, ChangeLogLevel(change)), str(config.logs.level), as_json)


def _show(levels: "LogLevels", configured: str, as_json: bool) -> None:
    changed = [
        {"actor": each.actor or _ALL, "level": each.level, "until": _iso(each.until_ms), "who": each.who}
        for each in levels.changed
    ]
    if as_json:
        write_json({"configured": configured, "changed": changed})
        return
    click.echo(f"configured: {configured}")
    for each in changed:
        until = f" until {each['until']}" if each["until"] else ""
        click.echo(f"{each['actor']}: {each['level']}{until} (by {each['who']})")


def _iso(at_ms: int | None) -> Any:
    return None if at_ms is None else datetime.fromtimestamp(at_ms / 1000, UTC).isoformat()
