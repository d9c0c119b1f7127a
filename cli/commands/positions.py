"""`lotkeeper positions`: the lots."""

from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.history.options import opened_database, page_options, refuse_both
from cli.history.output import say_older, write_rows
from cli.history.states import state_option
from cli.shared import ServiceCommand, config_option, json_option
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import ConfigFile
from lotkeeper.service.documents.states import LOT_STATES, OPEN_LOT_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cli.views.responsive_table import ResponsiveTable

_COLUMNS = (
    "lot pair base quote state reason received cost sold in_sells remainder realised_profit opened closed held_seconds "
    "nearest_trigger nearest_stop arms_at away_pct"
)
_NONE = "no lots: everything bought since lotkeeper's first start is sold"
_NONE_FOUND = "no such lots"


@click.command(cls=ServiceCommand, short_help="List the lots and their SELLs.")
@click.option("--all", "is_all", is_flag=True, help="Include closed lots.")
@click.option("--watch", is_flag=True, help="Go on until Ctrl-C: the lots that are nearest to their sale first.")
@state_option(LOT_STATES)
@page_options(1000)
@config_option
@json_option
def positions(
    *,
    is_all: bool,
    watch: bool,
    states: frozenset[str],
    pair: str,
    since_ms: int | None,
    until_ms: int | None,
    limit: int,
    before: str,
    as_csv: bool,
    config_path: Path,
    as_json: bool,
) -> None:
    """List the lots: what was bought, what it cost, and the state of its SELL. Those bought last come first.

    Without --all or --state those that are not closed. The running service is asked. With --state, --since, --until
    or --before they are read from the database, also while it is not running. --since and --until are of the first BUY
    trade of a lot. The next page: --before with the name of the last lot.

    --watch prints a line for each thing that happens (bought, SELL placed, sold) where standard output is no terminal.

    \b
    Example:
      lotkeeper positions --watch --pair BTCUSDT
      lotkeeper positions --state closed --since 7d --csv > lots.csv
    """
    refuse_both(as_csv, as_json)
    if watch:
        _refuse_beside_watch(as_csv or as_json, states, since_ms, until_ms, before)
        from cli.live_positions import watch_positions

        watch_positions(ConfigFile(config_path).config, pair, limit, is_open_only=not is_all)
        return
    file = ConfigFile(config_path)
    is_history = bool(states or since_ms or until_ms or before)
    if is_history:
        from lotkeeper.service.documents.recorded import recorded_positions
        from persistence.history.wanted import Wanted

        wanted_states = states or (frozenset() if is_all else OPEN_LOT_STATES)
        wanted = Wanted(pair, since_ms, until_ms, wanted_states, limit + 1, before.upper())
        with opened_database(file.config, pair) as database:
            found = recorded_positions(database, wanted)
    else:
        from lotkeeper.service.documents.present import present_positions

        found = present_positions(lambda message: ask_service(file, message), pair, limit + 1, is_all=is_all)
    from lotkeeper.service.documents.present import last_bids
    from lotkeeper.service.documents.triggers import with_distances

    bids: dict[str, Decimal] = last_bids(lambda message: ask_service(file, message)) if found else {}
    rows: list[dict[str, Any]] = with_distances(found[:limit], bids)
    none = _NONE_FOUND if is_history or pair else _NONE
    write_rows(rows, _COLUMNS.split(), partial(_table, bids=bids), none, as_json=as_json, as_csv=as_csv)
    say_older(rows, "lot", is_more=len(found) > limit, is_quiet=as_csv or as_json)


def _table(rows: "Sequence[Mapping[str, Any]]", bids: "Mapping[str, Decimal]") -> "ResponsiveTable":
    from cli.views.lots import lots_table  # what prints no table does without the library for tables

    return lots_table(rows, bids)


def _refuse_beside_watch(*given: object) -> None:
    if any(given):
        raise click.UsageError("--watch shows the present: it goes with --pair, --all and --limit alone")
