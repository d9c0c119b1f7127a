"""`lotkeeper incidents`: what went wrong, and for how long."""

from pathlib import Path

import click

from cli.history.kinds import kind_option
from cli.history.options import opened_database, page_options, refuse_both
from cli.history.output import say_older, write_rows
from cli.shared import ServiceCommand, config_option, json_option
from lotkeeper.service.configuration import load_config


@click.command(cls=ServiceCommand, short_help="List what went wrong, the newest first.")
@kind_option
@click.option("--open", "only_open", is_flag=True, help="Only what is not over.")
@page_options(50)
@config_option
@json_option
def incidents(
    *,
    kinds: tuple[str, ...],
    only_open: bool,
    pair: str,
    since_ms: int | None,
    until_ms: int | None,
    limit: int,
    before: str,
    as_csv: bool,
    config_path: Path,
    as_json: bool,
) -> None:
    """List what went wrong, from when to when, the newest first; times are in UTC.

    They are read from the database, also while the service is not running: then what was open at its end still is. The
    next start ends what it does not find any more. --since and --until are about when it began. The next page: --before
    with the `key` of the last row.

    \b
    Example:
      lotkeeper incidents --open
    """
    refuse_both(as_csv, as_json)
    from cli.views.incidents import incidents_table
    from lotkeeper.service.documents.incident_rows import INCIDENT_COLUMNS
    from lotkeeper.service.documents.recorded import recorded_incidents
    from persistence.history.wanted import Wanted

    wanted = Wanted(pair, since_ms, until_ms, limit=limit + 1, before=before)
    with opened_database(load_config(config_path), pair) as database:
        found = recorded_incidents(database, wanted, kinds, only_open=only_open)
    rows = found[:limit]
    write_rows(rows, INCIDENT_COLUMNS, incidents_table, "no incidents", as_json=as_json, as_csv=as_csv)
    say_older(rows, "key", is_more=len(found) > limit, is_quiet=as_csv or as_json)
