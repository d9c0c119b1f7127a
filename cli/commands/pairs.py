"""`lotkeeper pairs`: the configured pairs, how far each is proven, and what the exchange asks of its orders."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.history.options import csv_option, opened_database, refuse_both
from cli.history.output import write_rows
from cli.shared import ServiceCommand, config_option, json_option
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import load_config
from lotkeeper.service.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lotkeeper.config import Config
    from lotkeeper.trading.pair import TradePair


@click.command(cls=ServiceCommand, short_help="List the pairs: state, bid, lots, and the exchange's rules.")
@csv_option
@config_option
@json_option
def pairs(*, as_csv: bool, config_path: Path, as_json: bool) -> None:
    """List the configured pairs: state, how old its last proof is, bid, lots, and the exchange's rules for orders.

    `proven` means that every trade of the pair up to a moment ago is known to be accounted for. `starting`,
    `watch-only`, `trouble` and `old` say that it is not; `lotkeeper status` says why. The rules are those that the
    service read last: tick and least worth in the quote asset, step and least quantity in the base asset.

    \b
    Example:
      lotkeeper pairs --csv
    """
    refuse_both(as_csv, as_json)
    from lotkeeper.service.documents.pair_rows import COLUMNS, pair_rows
    from messages.control import AskStatus

    config = load_config(config_path)
    rows = pair_rows(ask_service(config, AskStatus()).document, _rules(config))
    from cli.views.pairs import pairs_table

    write_rows(rows, COLUMNS, pairs_table, "no pairs", as_json=as_json, as_csv=as_csv)


def _rules(config: "Config") -> "Mapping[str, TradePair]":
    """None of them where the database cannot be read now: the pairs are listed all the same."""
    from persistence.history.pairs import read_rules

    try:
        with opened_database(config) as database:
            return read_rules(database)
    except ServiceError:
        return {}
