"""The table of the trades."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from cli.views.formats import NONE
from cli.views.orders import SIDE_STYLE
from cli.views.responsive_table import ResponsiveTable, plain_table
from lotkeeper.service.documents.formats import moment

Json = Mapping[str, Any]


def fills_table(fills: Sequence[Json]) -> ResponsiveTable:
    """One row a trade, in the order given."""
    table = plain_table("Time (UTC)", "Pair", "Side", "Price", "Quantity", "Amount", "Fee", "Lot", "Trade")
    for each in fills:
        table.add_row(
            moment(each["time"]),
            each["pair"],
            Text(each["side"], SIDE_STYLE[each["side"]]),
            each["price"],
            each["quantity"],
            f"{each['amount']} {each['quote'] or ''}".strip(),
            f"{each['fee']} {each['fee_asset']}",
            each["lot"] or NONE,
            str(each["trade_id"]) if each["trade_id"] >= 0 else NONE,
        )
    return ResponsiveTable(table, ("Trade", "Amount", "Pair", "Fee"))
