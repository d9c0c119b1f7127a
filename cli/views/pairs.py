"""The table of the configured pairs."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from cli.views.formats import NONE
from cli.views.responsive_table import ResponsiveTable, plain_table
from lotkeeper.service.documents.formats import duration
from lotkeeper.service.documents.pair_states import PairState

Json = Mapping[str, Any]
_STYLE = {
    PairState.PROVEN: "green",
    PairState.PAUSED: "magenta",
    PairState.STARTING: "yellow",
    PairState.OLD: "red",
    PairState.TROUBLE: "red",
    PairState.WATCH_ONLY: "bold red",
}


def pairs_table(rows: Sequence[Json]) -> ResponsiveTable:
    """One row a pair. Beside its state the age of its last proof."""
    table = plain_table(
        "Pair", "State", "Complete", "Bid", "Lots open", "closed", "Tick", "Step", "Least", "Least worth", "Market"
    )
    for row in rows:
        table.add_row(*_cells(row))
    return ResponsiveTable(table, ("Market", "Least", "Step", "Tick", "Least worth", "closed"))


def _cells(row: Json) -> list[Text | str]:
    state, age_s = PairState(row["state"]), row["complete_age_seconds"]
    market = row["market"] or NONE
    return [
        Text(row["pair"], "bold"),
        Text(state, _STYLE[state]),
        NONE if age_s is None else f"{duration(age_s)} ago",
        row["bid"] or NONE,
        *(NONE if row[name] is None else str(row[name]) for name in ("lots_open", "lots_closed")),
        *(row[name] or NONE for name in ("tick", "step", "min_quantity", "min_notional")),
        Text(market.lower(), "" if market in ("TRADING", NONE) else "red"),
    ]
