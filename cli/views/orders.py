"""The tables of the open orders, and of those of all time."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.text import Text

from cli.views.formats import NONE
from cli.views.responsive_table import ResponsiveTable, plain_table
from lotkeeper.service.documents.formats import duration, moment

Json = Mapping[str, Any]
SIDE_STYLE = {"BUY": "", "SELL": "cyan"}  # red and green are for trouble and health


def orders_table(orders: Sequence[Json]) -> ResponsiveTable:
    """One row an order, in the order given."""
    table = plain_table("Pair", "Side", "Type", "Price", "Quantity", "Executed", "State", "Order", "Lot", "Age")
    now = datetime.now(UTC)
    for each in orders:
        age_s = (now - datetime.fromisoformat(each["sent"])).total_seconds()
        table.add_row(
            each["pair"],
            Text(each["side"], SIDE_STYLE[each["side"]]),
            _words(each["type"]),
            each["price"],
            each["quantity"],
            each["executed"],
            _words(str(each["state"])),
            each["client_order_id"],
            each["lot"] or NONE,
            duration(max(0.0, age_s)),
        )
    return ResponsiveTable(table, ("Age", "Lot", "Type", "State"))


def past_orders_table(orders: Sequence[Json]) -> ResponsiveTable:
    """The same for orders of all time, with the moment at which they were placed."""
    table = plain_table(
        "Placed (UTC)", "Pair", "Side", "Type", "Price", "Quantity", "Executed", "State", "Order", "Lot"
    )
    for each in orders:
        table.add_row(
            moment(each["sent"]),
            each["pair"],
            Text(each["side"], SIDE_STYLE[each["side"]]),
            _words(each["type"] or NONE),
            each["price"] or NONE,
            each["quantity"],
            each["executed"],
            _words(str(each["state"])),
            each["client_order_id"] or str(each["order_id"]),
            each["lot"] or NONE,
        )
    return ResponsiveTable(table, ("Lot", "Type", "Quantity", "Pair"))


def _words(name: str) -> str:
    """Such as `take profit limit`."""
    return name.replace("_", " ").lower()
