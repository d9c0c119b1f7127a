"""The table of what was earned."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from cli.views.formats import money
from cli.views.responsive_table import BLANK, ResponsiveTable, plain_table, without_column
from lotkeeper.service.documents.formats import fees_text, shorten

Json = Mapping[str, Any]
_FIRST = {"pair": "Pair", "day": "Day (UTC)", "month": "Month (UTC)"}


def profit_view(document: Json) -> RenderableType:
    """One row for each pair, day or month and quote asset, the totals below, and the fees by asset."""
    by = document["by"]
    table = plain_table(_FIRST[by], "Sales", "Cost", "Proceeds", "SELL fees", "By hand", "Profit")
    is_by_hand = any(Decimal(row["by_hand"]) for row in document["totals"])
    for row in document["rows"]:
        table.add_row(row["pair" if by == "pair" else "period"], *_cells(row))
    table.add_section()
    for row in document["totals"]:
        table.add_row("total", *_cells(row))
    return Group(
        Text(_title(document), "bold"),
        BLANK,
        ResponsiveTable(table if is_by_hand else without_column(table, "By hand"), ("SELL fees", "Cost", "Proceeds")),
        BLANK,
        *_fees(document["totals"]),
    )


def _title(document: Json) -> str:
    since, until = document["since"], document["until"]
    times = {
        (False, False): "of all time",
        (True, False): f"since {since}",
        (False, True): f"up to {until}",
        (True, True): f"from {since} to {until}",
    }[since is not None, until is not None]
    return f"Profit by {document['by']}, {times}, in whole days of UTC"


def _cells(row: Json) -> Sequence[str | Text]:
    by_hand = shorten(row["by_hand"]) if Decimal(row["by_hand"]) else ""
    return (
        str(row["sales"]),
        shorten(row["cost"]),
        shorten(row["proceeds"]),
        shorten(row["sell_fees"]),
        by_hand,
        money(row["profit"], row["quote"]),
    )


def _fees(totals: Sequence[Json]) -> list[Text]:
    """What the trades of these days paid, those of BUYs included."""
    return [Text(f"fees of the trades in {row['quote']}: {fees_text(row['fees'])}") for row in totals if row["fees"]]
