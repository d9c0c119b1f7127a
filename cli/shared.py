"""What the commands share: options, errors with their exit codes, confirmation, and JSON output."""

import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotkeeper.service.client import ask_service
from lotkeeper.service.errors import ServiceError

if TYPE_CHECKING:
    from decimal import Decimal

    from lotkeeper.config import Config
    from lotkeeper.service.configuration import ConfigFile

config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(dir_okay=False, path_type=Path),
    default="config.yaml",
    envvar="LOTKEEPER_CONFIG",
    show_default=True,
    help="The configuration file. LOTKEEPER_CONFIG sets another default.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on standard output.")
yes_option = click.option("--yes", "is_sure", is_flag=True, help="Do not ask for confirmation.")
dry_run_option = click.option("--dry-run", "is_dry_run", is_flag=True, help="Only say what would be done.")
why_option = click.option("--why", default="", help="A reason, kept in the database beside your user name.")


def parse_amount(_context: click.Context, _option: click.Parameter, text: str | None) -> Decimal | None:
    """For an option that is an amount above zero."""
    try:
        value = Decimal(text) if text is not None else None
    except InvalidOperation as error:
        raise click.BadParameter(f"{text!r} is not a decimal number") from error
    if value is not None and not (value.is_finite() and value > 0):
        raise click.BadParameter(f"{text} is not above zero")
    return value


class ServiceCommand(click.Command):
    """A command that shows a ServiceError and ends with its exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ServiceError as error:
            show_error(error, as_json=bool(ctx.params.get("as_json")))
            ctx.exit(error.exit_code)


def show_error(error: ServiceError, *, as_json: bool) -> None:
    """One line for each problem on standard error, or one document on standard output."""
    if as_json:
        write_json({"error": str(error)})
        return
    for line in str(error).splitlines():
        click.echo(f"Error: {line}", err=True)


def write_json(document: Any) -> None:
    """One JSON document on standard output."""
    import orjson

    sys.stdout.write(orjson.dumps(document).decode() + "\n")
    sys.stdout.flush()


def report_done(text: str, as_json: bool) -> None:
    """Says what the command did."""
    if as_json:
        write_json({"done": text})
    else:
        click.echo(text)


def confirm(plan: str, is_sure: bool, as_json: bool) -> None:
    """Shows the plan and asks; programs give --yes. Raises Abort if the answer is no."""
    if is_sure:
        return
    if as_json:
        raise ServiceError(f"{plan} Nothing was done: with --json give --yes")
    click.echo(plan)
    try:
        is_agreed = click.confirm("Do it?")
    except click.Abort as error:  # Ctrl-C, or nobody is there to answer
        if sys.stdin.isatty():
            raise
        click.echo()
        raise ServiceError("nothing was done: there is no terminal to ask at; give --yes") from error
    if not is_agreed:
        raise click.Abort


def last_bids(place: "Config | ConfigFile") -> "dict[str, Decimal]":
    """The last bid (quote asset) of each pair that has one; empty while the Monitor restarts."""
    from cli.pair_rows import bids_by_pair
    from messages.control import AskStatus

    try:
        return bids_by_pair(ask_service(place, AskStatus()).document)
    except ServiceError:
        return {}
