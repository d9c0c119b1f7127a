"""`lotkeeper positions`: the lots."""

import csv
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from cli.shared import ServiceCommand, config_option, json_option, last_bids, write_json
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import load_config

_COLUMNS = (
    "lot pair base quote state reason received cost sold in_sells remainder realised_profit opened closed held_seconds "
    "nearest_trigger nearest_stop arms_at away_pct"
)


@click.command(cls=ServiceCommand, short_help="List the lots and their SELLs.")
@click.option("--pair", default="", help="Only this pair.")
@click.option("--all", "is_all", is_flag=True, help="Include closed lots.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=1000, show_default=True, help="Only the newest.")
@click.option("--csv", "as_csv", is_flag=True, help="Print comma-separated values on standard output.")
@config_option
@json_option
def positions(*, pair: str, is_all: bool, limit: int, as_csv: bool, config_path: Path, as_json: bool) -> None:
    """List the lots: what was bought, what it cost, and the state of its SELL."""
    if as_csv and as_json:
        raise click.UsageError("--csv and --json cannot be given together.")
    from messages.control import AskPositions

    config = load_config(config_path)
    found = ask_service(config, AskPositions(pair.upper(), not is_all, limit)).positions
    bids = last_bids(config) if found else {}
    lots = _with_distances(found, bids)
    if as_json:
        write_json(lots)
    elif as_csv:
        _write_csv(lots)
    else:
        _show(lots, bids)


def _with_distances(lots: tuple[dict[str, Any], ...], bids: dict[str, Decimal]) -> list[dict[str, Any]]:
    from cli.views.triggers import with_distances

    return with_distances(lots, bids)


def _write_csv(lots: list[dict[str, Any]]) -> None:
    writer = csv.DictWriter(sys.stdout, _COLUMNS.split(), extrasaction="ignore")
    writer.writeheader()
    writer.writerows(lots)


def _show(lots: list[dict[str, Any]], bids: dict[str, Decimal]) -> None:
    from cli.views.lots import lots_table
    from cli.views.responsive_table import stdout_console

    if lots:
        stdout_console().print(lots_table(lots, bids))
    else:
        click.echo("no lots: everything bought since lotkeeper's first start is sold")
