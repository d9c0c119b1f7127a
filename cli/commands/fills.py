"""`lotkeeper fills`: the trades of the lots."""

from dataclasses import replace
from pathlib import Path

import click

from cli.history.options import opened_database, page_options, refuse_both
from cli.history.output import say_older, write_rows
from cli.shared import ServiceCommand, config_option, json_option
from lotkeeper.service.configuration import load_config


@click.command(cls=ServiceCommand, short_help="List the trades, the newest first.")
@page_options(50)
@config_option
@json_option
def fills(
    *,
    pair: str,
    since_ms: int | None,
    until_ms: int | None,
    limit: int,
    before: str,
    as_csv: bool,
    config_path: Path,
    as_json: bool,
) -> None:
    """List the trades of the lots, BUYs and SELLs, the newest first; times are in UTC.

    They are read from the database, also while the service is not running. The next page: --before with the `key` of
    the last row. A trade that comes meanwhile does not move the pages.

    \b
    Example:
      lotkeeper fills --pair BTCUSDT --since 7d
    """
    refuse_both(as_csv, as_json)
    from cli.views.fills import fills_table
    from lotkeeper.service.documents.history_rows import FILL_COLUMNS
    from lotkeeper.service.documents.recorded import recorded_fills
    from persistence.history.wanted import Wanted

    wanted = Wanted(pair, since_ms, until_ms, limit=limit, before=before)
    with opened_database(load_config(config_path), pair) as database:
        found = recorded_fills(database, replace(wanted, limit=limit + 1))
    rows = found[:limit]
    write_rows(rows, FILL_COLUMNS, fills_table, "no trades", as_json=as_json, as_csv=as_csv)
    say_older(rows, "key", is_more=len(found) > limit, is_quiet=as_csv or as_json)
