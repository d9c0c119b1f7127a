"""`lotkeeper decisions`: what the service decided and why."""

from dataclasses import replace
from pathlib import Path

import click

from cli.history.options import opened_database, page_options, refuse_both
from cli.history.output import say_older, write_rows
from cli.shared import ServiceCommand, config_option, json_option
from lotkeeper.service.configuration import load_config


@click.command(cls=ServiceCommand, short_help="List what was decided and why, the newest first.")
@click.option("--lot", default="", callback=lambda _c, _p, text: text.upper(), help="Only about this lot.")
@page_options(50)
@config_option
@json_option
def decisions(
    *,
    lot: str,
    pair: str,
    since_ms: int | None,
    until_ms: int | None,
    limit: int,
    before: str,
    as_csv: bool,
    config_path: Path,
    as_json: bool,
) -> None:
    """List what the service decided and why, and what people commanded, the newest first; times are in UTC.

    They are read from the database, in which no decision is ever changed, also while the service is not running. The
    next page: --before with the `key` of the last row.

    \b
    Example:
      lotkeeper decisions --pair BTCUSDT --since 7d
    """
    refuse_both(as_csv, as_json)
    from cli.views.decisions import DecisionsTable
    from lotkeeper.service.documents.decision_rows import DECISION_COLUMNS, csv_row
    from lotkeeper.service.documents.recorded import recorded_decisions
    from persistence.history.wanted import Wanted

    wanted = Wanted(pair, since_ms, until_ms, limit=limit, before=before)
    with opened_database(load_config(config_path), pair) as database:
        found = recorded_decisions(database, replace(wanted, limit=limit + 1), lot)
    rows = found[:limit]
    written = [csv_row(each) for each in rows] if as_csv else rows
    write_rows(written, DECISION_COLUMNS, DecisionsTable, "no decisions", as_json=as_json, as_csv=as_csv)
    say_older(rows, "key", is_more=len(found) > limit, is_quiet=as_csv or as_json)
