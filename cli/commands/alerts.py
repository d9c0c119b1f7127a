"""`lotkeeper alerts`: lists the alerts, proves the channels, and notes that a person has seen something."""

import getpass
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.history.options import csv_option, refuse_both
from cli.history.output import Row, write_rows
from cli.shared import (
    ServiceCommand,
    config_option,
    confirm,
    dry_run_option,
    json_option,
    report_done,
    why_option,
    yes_option,
)
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import ConfigFile, load_channels, load_config
from lotkeeper.service.errors import ServiceError, ServiceNotRunningError

if TYPE_CHECKING:
    from lotkeeper.config import Config
    from messages.control import ChannelsTried

_COLUMNS = (
    "alert",
    "severity",
    "kind",
    "about",
    "state",
    "since",
    "raised",
    "delivered",
    "acknowledged",
    "acknowledged_by",
    "acknowledged_why",
    "recovered",
    "text",
    "command",
)
_TRIED = ("channel", "delivered", "text")
_LISTS = "list"


class _ListsByDefault(click.Group):
    """Without a command of its own it lists."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        wants_help = bool(args) and args[0] in ctx.help_option_names
        if not wants_help and (not args or args[0].startswith("-")):
            args = [_LISTS, *args]
        return super().parse_args(ctx, args)


@click.group(cls=_ListsByDefault)
def alerts() -> None:
    """List what people were told, prove a channel, or say that something was seen.

    Without a further word it lists, with the options of `lotkeeper alerts list`.
    """


@alerts.command(_LISTS, cls=ServiceCommand, short_help="List the alerts: since when, delivered, acknowledged.")
@click.option("--all", "is_all", is_flag=True, help="Also those of the last day that are over.")
@csv_option
@config_option
@json_option
def list_alerts(*, is_all: bool, as_csv: bool, config_path: Path, as_json: bool) -> None:
    """List the open alerts, the most severe first: since when, which channels told of it, and who has seen it.

    \b
    Example:
      lotkeeper alerts
      lotkeeper alerts list --all --csv
    """
    refuse_both(as_csv, as_json)
    from cli.views.alerts import alerts_text
    from messages.control import AskAlerts

    found = ask_service(load_config(config_path), AskAlerts(not is_all))
    write_rows(found.alerts, _COLUMNS, alerts_text, "no alert is open", as_json=as_json, as_csv=as_csv)


@alerts.command(cls=ServiceCommand, short_help="Send a message by each channel, and say what came back.")
@click.argument("channel", default="")
@csv_option
@config_option
@json_option
def test(*, channel: str, as_csv: bool, config_path: Path, as_json: bool) -> None:
    """Send a message by CHANNEL, or by each channel, and say what came back; ends with code 1 if one does not deliver.

    The running service sends it, with the addresses that it has. While none runs, this command does, with those of its
    own environment.

    \b
    Example:
      lotkeeper alerts test
      lotkeeper alerts test phone
    """
    refuse_both(as_csv, as_json)
    found = _try(load_config(config_path), channel)
    rows = [dict(zip(_TRIED, each, strict=True)) for each in found]
    write_rows(rows, _TRIED, _tried_text, "no channel is configured", as_json=as_json, as_csv=as_csv)
    if not all(took for _, took, _ in found):
        click.get_current_context().exit(1)


def _tried_text(rows: Sequence[Row]) -> str:
    return "\n".join(f"{row['channel']}: {_outcome(row)}" for row in rows)


def _outcome(row: Row) -> str:
    return "delivered" if row["delivered"] else f"NOT delivered: {row['text']}"


def _try(config: "Config", channel: str) -> tuple[tuple[str, bool, str], ...]:
    from actors.alerts.deliveries import WITHIN_S
    from messages.control import TryChannels

    try:
        answer: ChannelsTried = ask_service(config, TryChannels(channel, getpass.getuser()), WITHIN_S + 5.0)
    except ServiceNotRunningError:
        from lotkeeper.service.channel_trial import try_channels

        return try_channels(config, load_channels(config), channel, getpass.getuser())
    return answer.results


@alerts.command(cls=ServiceCommand, short_help="Say that you have seen an alert: it is not repeated.")
@click.argument("numbers", nargs=-1, type=click.IntRange(min=1), metavar="[ALERT]...")
@click.option("--all", "is_all", is_flag=True, help="All that are open; those that were shown, where it asks.")
@why_option
@dry_run_option
@yes_option
@config_option
@json_option
def ack(
    *,
    numbers: tuple[int, ...],
    is_all: bool,
    why: str,
    is_dry_run: bool,
    is_sure: bool,
    config_path: Path,
    as_json: bool,
) -> None:
    """Say that you have seen these alerts: they are not repeated, and it is told when they are over.

    What becomes worse afterwards is told again; what became worse since it was shown is refused.

    \b
    Example:
      lotkeeper alerts ack 12 --why "the exchange is in maintenance"
      lotkeeper alerts ack --all --yes
    """
    if bool(numbers) == is_all:
        raise click.UsageError("name the numbers of alerts, or --all, and not both; lotkeeper alerts lists them")
    from messages.control import AcknowledgeAlerts

    file = ConfigFile(config_path)
    shown: tuple[str, ...] = ()
    if is_dry_run or not is_sure:
        from cli.views.alerts import acknowledgement_plan

        rows = _unseen(file, numbers)
        plan = acknowledgement_plan(rows)
        if is_dry_run or not rows:
            report_done(plan, as_json)
            return
        confirm(plan, is_sure, as_json)
        numbers, shown = tuple(row["alert"] for row in rows), tuple(row["severity"] for row in rows)
    answer: Any = ask_service(file, AcknowledgeAlerts(numbers, getpass.getuser(), why, shown))
    report_done(answer.text, as_json)


def _unseen(file: ConfigFile, numbers: Sequence[int]) -> list[Row]:
    """The open alerts of these numbers; without any, all that nobody has acknowledged. Raises ServiceError."""
    from messages.control import AskAlerts

    found = {row["alert"]: row for row in ask_service(file, AskAlerts(True)).alerts}
    missing = [str(number) for number in numbers if number not in found]
    if missing:
        raise ServiceError(f"no open alert has the number {', '.join(missing)}; lotkeeper alerts lists them")
    if numbers:
        return [found[number] for number in dict.fromkeys(numbers)]
    return [row for row in found.values() if not row["acknowledged"]]
