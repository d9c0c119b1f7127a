"""`lotkeeper tax`: a row for each sale of a year."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.history.options import csv_option, opened_database, pair_option, refuse_both
from cli.shared import ServiceCommand, config_option, json_option, write_json
from lotkeeper.service.configuration import load_config
from lotkeeper.service.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persistence.history.database import HistoryDatabase
    from persistence.history.profit import PastProfit
    from persistence.history.wanted import Wanted

Json = dict[str, Any]


@click.command(cls=ServiceCommand, short_help="Print a row for each sale of a year.")
@click.option("--year", type=click.IntRange(1970, 9998), required=True, help="A year in UTC.")
@pair_option
@csv_option
@config_option
@json_option
def tax(*, year: int, pair: str, as_csv: bool, config_path: Path, as_json: bool) -> None:
    """Print a row for each sale of YEAR: its lot, when it was bought and sold, cost, proceeds, fee and profit.

    By FIFO within the lot: the coins bought first are sold first. Manual sales have rows, and so has the dust of a
    closed lot, which counts at its share of the cost. The profits add up to those of `lotkeeper profit`, to the last
    digit. The year is that of UTC. Ask a person who knows the law of your country whether it takes such rows.

    \b
    Example:
      lotkeeper tax --year 2026 --csv > 2026.csv
    """
    refuse_both(as_csv, as_json)
    if not (as_csv or as_json):
        raise click.UsageError(
            "Give --csv for a spreadsheet, or --json for a program; `lotkeeper profit` has the sums."
        )
    from cli.history.output import write_csv
    from lotkeeper.service.documents.history_rows import TAX_COLUMNS
    from persistence.history.profit import PastProfit

    with opened_database(load_config(config_path), pair) as database:
        found = PastProfit(database)
        _refuse_missing(found)
        rows = tax_rows(database, found, _year(year, pair))
        if as_json:
            write_json(list(rows))
        else:
            write_csv(rows, TAX_COLUMNS)


def tax_rows(database: "HistoryDatabase", found: "PastProfit", wanted: "Wanted") -> "Iterator[Json]":
    """The oldest first."""
    from lotkeeper.service.documents.history_rows import tax_document

    bases = {row.symbol: row.base for row in database.rows("SELECT symbol, base FROM trade_pairs")}
    for entry in found.entries(wanted):
        yield tax_document(entry, bases.get(entry.symbol) or entry.symbol.removesuffix(entry.quote))


def _year(year: int, symbol: str) -> "Wanted":
    from persistence.history.wanted import Wanted

    begin, end = (int(datetime(each, 1, 1, tzinfo=UTC).timestamp() * 1000) for each in (year, year + 1))
    return Wanted(symbol, begin, end)


def _refuse_missing(found: "PastProfit") -> None:
    """Rows that lack a lot would be wrong, and nobody would see it."""
    missing = found.uncounted
    if missing.lots:
        raise ServiceError(
            f"{missing.lots} lots of an earlier version are not counted yet, and their sales would be missing: let the "
            "service run until `lotkeeper profit` does not name them any more"
        )
    if missing.impossible:
        raise ServiceError(
            f"the records of {', '.join(missing.impossible)} contradict each other, and their sales would be missing"
        )
