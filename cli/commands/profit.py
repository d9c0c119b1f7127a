"""`lotkeeper profit`: what was earned, by pair, day or month."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.history.options import (
    csv_option,
    limit_option,
    opened_database,
    pair_option,
    refuse_both,
    since_option,
    until_option,
)
from cli.shared import ServiceCommand, config_option, json_option, write_json
from lotkeeper.service.configuration import load_config

if TYPE_CHECKING:
    from persistence.history.profit import Uncounted

Json = dict[str, Any]


@click.command(cls=ServiceCommand, short_help="Show what was earned, by pair, day or month.")
@click.option("--by", type=click.Choice(["pair", "day", "month"]), default="pair", show_default=True)
@pair_option
@since_option
@until_option
@limit_option
@csv_option
@config_option
@json_option
def profit(
    *,
    by: str,
    pair: str,
    since_ms: int | None,
    until_ms: int | None,
    limit: int,
    as_csv: bool,
    config_path: Path,
    as_json: bool,
) -> None:
    """Show what the sales earned after every fee, to the last digit, with the fees by asset.

    Whole days of UTC are counted: --since and --until take in the day that they name. A sale counts on its own day.
    --limit is of days or months; the totals are those of the whole time. It is read from the database, also while the
    service is not running.

    \b
    Example:
      lotkeeper profit --by month
      lotkeeper profit --by day --since 4w --csv
    """
    refuse_both(as_csv, as_json)
    from lotkeeper.service.documents.profit_document import profit_document
    from persistence.history.profit import PastProfit

    with opened_database(load_config(config_path), pair) as database:
        found = PastProfit(database)
        document = profit_document(found, by, pair, (since_ms, until_ms), limit)
        uncounted = found.uncounted
    if as_json:
        write_json(document)
        return
    if as_csv:
        _write_csv(document)
    else:
        _show(document)
    _warn(uncounted)


def _write_csv(document: Json) -> None:
    """`fees` is one cell, such as `0.0003 BNB, 1.2 USDT`."""
    from cli.history.output import write_csv
    from lotkeeper.service.documents.formats import fees_text
    from lotkeeper.service.documents.history_rows import SUM_COLUMNS

    first = "pair" if document["by"] == "pair" else "period"
    write_csv(({**row, "fees": fees_text(row["fees"])} for row in document["rows"]), (first, *SUM_COLUMNS))


def _show(document: Json) -> None:
    from cli.views.profit import profit_view
    from cli.views.responsive_table import stdout_console

    if document["rows"]:
        stdout_console().print(profit_view(document))
    else:
        click.echo("nothing was bought or sold in this time")


def _warn(uncounted: "Uncounted") -> None:
    """Says on standard error what is in no sum."""
    if uncounted.lots:
        click.echo(
            f"Not all is counted yet: {uncounted.lots} lots of an earlier version are missing; the running service "
            "counts them, some hundred in a second.",
            err=True,
        )
    if uncounted.impossible:
        click.echo(
            f"In no sum, because their records contradict each other: {', '.join(uncounted.impossible)}", err=True
        )
