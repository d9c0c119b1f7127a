"""`lotkeeper orders`: what stands on the exchange's book, and the orders of all time."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.history.options import opened_database, page_options, refuse_both
from cli.history.output import say_older, write_rows
from cli.history.states import state_option
from cli.shared import ServiceCommand, config_option, json_option
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import load_config
from lotkeeper.service.documents.open_orders import OPEN_ORDER_COLUMNS
from lotkeeper.service.documents.states import ORDER_STATES

if TYPE_CHECKING:
    from lotkeeper.config import Config
    from persistence.history.wanted import Wanted

_PAST_COLUMNS = (*OPEN_ORDER_COLUMNS, "updated", "key")


@click.command(cls=ServiceCommand, short_help="List the orders: our SELLs and every BUY, open or of all time.")
@click.option("--all", "is_all", is_flag=True, help="The orders of all time, from the database.")
@state_option(ORDER_STATES)
@page_options(50)
@config_option
@json_option
def orders(
    *,
    is_all: bool,
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
    """List the open orders of the pairs: the SELLs of the lots, and every BUY of the account.

    A BUY is listed from the moment on at which it is placed, with what it has bought so far. The open orders are those
    of the running service. With --all, --state, --since, --until or --before the orders of all time are listed, the
    newest first, from the database: also while the service is not running. A BUY in the state `ended` has ended while
    nobody looked. The next page: --before with the `key` of the last row.

    \b
    Example:
      lotkeeper orders
      lotkeeper orders --all --state filled --since 2026-11-01 --csv
    """
    refuse_both(as_csv, as_json)
    config = load_config(config_path)
    if is_all or states or before or (since_ms, until_ms) != (None, None):
        from persistence.history.wanted import Wanted

        wanted = Wanted(pair, since_ms, until_ms, states, limit, before)
        _list_past(config, wanted, as_csv=as_csv, as_json=as_json)
        return
    from cli.views.orders import orders_table
    from lotkeeper.service.documents.present import present_orders

    rows = present_orders(lambda message: ask_service(config, message), pair)
    write_rows(rows, OPEN_ORDER_COLUMNS, orders_table, "no open orders", as_json=as_json, as_csv=as_csv)


def _list_past(config: "Config", wanted: "Wanted", *, as_csv: bool, as_json: bool) -> None:
    from cli.views.orders import past_orders_table
    from lotkeeper.service.documents.recorded import recorded_orders

    with opened_database(config, wanted.symbol) as database:
        found = recorded_orders(database, replace(wanted, limit=wanted.limit + 1))
    rows = found[: wanted.limit]
    write_rows(rows, _PAST_COLUMNS, past_orders_table, "no such orders", as_json=as_json, as_csv=as_csv)
    say_older(rows, "key", is_more=len(found) > wanted.limit, is_quiet=as_csv or as_json)
