"""The table of the SELLs that a changed configuration would place again."""

from collections.abc import Mapping, Sequence
from typing import Any

from cli.views.responsive_table import ResponsiveTable, plain_table

Json = Mapping[str, Any]


def changes_table(changes: Sequence[Json]) -> ResponsiveTable:
    """One row a SELL, in the order given."""
    table = plain_table("Lot", "SELL", "Quantity", "Price", "New price", "Wanted", "New wanted")
    for each in changes:
        table.add_row(
            each["lot"],
            each["client_order_id"],
            f"{each['quantity']} {each['base']}",
            each["price"],
            each["new_price"],
            f"{each['wanted_profit']} {each['quote']}",
            f"{each['new_wanted_profit']} {each['quote']}",
        )
    return ResponsiveTable(table, ("Wanted", "New wanted", "Quantity"))
