"""`lotkeeper kill-switch`: stops every new order at once, and allows them again."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.shared import (
    ServiceCommand,
    config_option,
    confirm,
    dry_run_option,
    json_option,
    report_done,
    why_option,
    write_json,
    yes_option,
)
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import load_config
from lotkeeper.service.documents.kill_switch import kill_switch_line
from lotkeeper.service.interventions.switching import status_if_known, switch_plan

if TYPE_CHECKING:
    pass

Json = dict[str, Any]


@click.command(cls=ServiceCommand, short_help="Stop every new order at once, and allow them again.")
@click.argument("wanted", default=None, required=False, metavar="[on|off]", type=click.Choice(["on", "off"]))
@why_option
@dry_run_option
@yes_option
@config_option
@json_option
def kill_switch(
    *, wanted: str | None, why: str, is_dry_run: bool, is_sure: bool, config_path: Path, as_json: bool
) -> None:
    """Place no order on any pair (on), or allow it again (off); without either say which it is.

    While it is on no SELL, BUY or replacement is sent; orders on the book stay, cancels and questions
    go on, and fills are recorded. It survives restarts and the loss of the database. After off, each lot without a SELL
    gets one. For an emergency on does not ask: nothing is lost by it, and off takes it back. off says first what
    follows, and asks.

    \b
    Example:
      lotkeeper kill-switch on --why "the exchange announced maintenance"
      lotkeeper kill-switch off
    """
    from messages.control import SetKillSwitch

    config = load_config(config_path)

    def ask(message: object) -> Any:
        return ask_service(config, message)

    if wanted is None:
        _show(status_if_known(ask), as_json)
        return
    is_on, seen_ms = wanted == "on", None
    if is_dry_run or not (is_sure or is_on):
        text, seen_ms = switch_plan(ask, is_on=is_on)
        if is_dry_run:
            report_done(text, as_json)
            return
        confirm(text, is_sure, as_json)
    report_done(ask(SetKillSwitch(is_on, getpass.getuser(), why, seen_ms)).text, as_json)


def _show(status: Json, as_json: bool) -> None:
    switch = status.get("kill_switch")
    if as_json:
        write_json(switch)
    else:
        click.echo(kill_switch_line(switch))
