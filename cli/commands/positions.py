"""`lotkeeper positions`: the lots."""

import csv
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from cli.shared import Failure, asked, config_option, configured, json_option, write_json

_COLUMNS = (
    "lot pair base quote state reason received cost sold in_sells remainder realised_profit opened closed held_seconds"
)


@click.command(short_help="List the lots and where their SELLs stand.")
@click.option("--pair", default="", help="Only this pair.")
@click.option("--all", "is_all", is_flag=True, help="Closed lots too.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=1000, show_default=True, help="The newest so many.")
@click.option("--csv", "as_csv", is_flag=True, help="Comma-separated values on standard output.")
@config_option
@json_option
def positions(*, pair: str, is_all: bool, limit: int, as_csv: bool, config_path: Path, as_json: bool) -> None:
    """List the lots that are kept: what was bought, what it cost, and where its SELL stands."""
    if as_csv and as_json:
        raise click.UsageError("--csv and --json cannot be given together.")
    from messages.control import AskPositions

    config = configured(config_path)
    lots = asked(config, AskPositions(pair.upper(), not is_all, limit)).positions
    if as_json:
        write_json(list(lots))
    elif as_csv:
        _write_csv(lots)
    else:
        _show(lots, _bids(config) if lots else {})


def _write_csv(lots: tuple[dict[str, Any], ...]) -> None:
    writer = csv.DictWriter(sys.stdout, _COLUMNS.split(), extrasaction="ignore")
    writer.writeheader()
    writer.writerows(lots)


def _show(lots: tuple[dict[str, Any], ...], bids: dict[str, Decimal]) -> None:
    from cli.views.responsive_table import stdout_console
    from cli.views.tables import lots_table

    if lots:
        stdout_console().print(lots_table(lots, bids))
    else:
        click.echo("no lots: nothing bought since lotkeeper began to watch is unsold")


def _bids(config: Any) -> dict[str, Decimal]:
    """The last bids, empty while the Monitor is away: they are an addition here."""
    from cli.views.bids import bids_in
    from messages.control import AskStatus

    try:
        return bids_in(asked(config, AskStatus()).document)
    except Failure:
        return {}
