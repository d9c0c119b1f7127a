"""`lotkeeper pairs`: the configured pairs, how far each is proven, and what the exchange asks of its orders."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.history.options import csv_option, refuse_both
from cli.history.output import write_rows
from cli.shared import ServiceCommand, config_option, json_option
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import ConfigFile
from lotkeeper.service.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cli.views.responsive_table import ResponsiveTable
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

    file = ConfigFile(config_path)
    rows = pair_rows(ask_service(file, AskStatus()).document, _rules(file))
    write_rows(rows, COLUMNS, _table, "no pairs", as_json=as_json, as_csv=as_csv)


def _table(rows: "Sequence[Mapping[str, Any]]") -> "ResponsiveTable":
    from cli.views.pairs import pairs_table  # what prints no table does without the library for tables

    return pairs_table(rows)


def _rules(file: ConfigFile) -> "Mapping[str, TradePair]":
    """None of them while the database cannot be read: the pairs are listed all the same."""
    from messages.pair_rules import AskPairRules

    try:
        return {each.symbol: each for each in ask_service(file, AskPairRules()).pairs}
    except ServiceError:
        return {}
