"""The table of the open orders."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.text import Text

from cli.views.formats import NONE, duration
from cli.views.responsive_table import ResponsiveTable, plain_table

Json = Mapping[str, Any]
_SIDE_STYLE = {"BUY": "green", "SELL": "red"}


def orders_table(orders: Sequence[Json]) -> ResponsiveTable:
    """One row an order, in the order given."""
    table = plain_table("Pair", "Side", "Type", "Price", "Quantity", "Executed", "State", "Order", "Lot", "Age")
    now = datetime.now(UTC)
    for each in orders:
        age_s = (now - datetime.fromisoformat(each["sent"])).total_seconds()
        table.add_row(
            each["pair"],
            Text(each["side"], _SIDE_STYLE[each["side"]]),
            each["type"].lower(),
            each["price"],
            each["quantity"],
            each["executed"],
            str(each["state"]).lower(),
            each["client_order_id"],
            each["lot"] or NONE,
            duration(max(0.0, age_s)),
        )
    return ResponsiveTable(table, ("Age", "Lot", "Type", "State"))
