"""The table of the lots."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from cli.views.formats import LOT_STATE_STYLE, NONE, money
from cli.views.responsive_table import ResponsiveTable, plain_table
from lotkeeper.service.documents.formats import duration, shorten
from lotkeeper.service.documents.triggers import nearest_away

Json = Mapping[str, Any]
_LIVE = frozenset({"OPEN", "PARTIALLY_FILLED", "PLACING", "UNKNOWN", "CANCELING"})
_WHY_WIDTH = 44


def lots_table(positions: Sequence[Json], bids: Mapping[str, Decimal], most: int | None = None) -> ResponsiveTable:
    """One row a lot, in the order given; at most `most` of them. `bids` is by pair."""
    table = plain_table("Lot", "State", "Received", "Cost", "SELL at", "Away", "Sold", "Bid", "Realised", "Held")
    has_reasons = any(lot["reason"] for lot in positions[:most])
    if has_reasons:
        table.add_column("Why", max_width=_WHY_WIDTH, overflow="fold", style="yellow")
    for lot in positions[:most]:
        table.add_row(*_lot_row(lot, bids.get(lot["pair"])), *([lot["reason"]] if has_reasons else []))
    if most is not None and len(positions) > most:
        table.caption, table.caption_justify = Text(f"and {len(positions) - most} more", "dim"), "left"
    return ResponsiveTable(table, ("Sold", "Bid", "Away", "Held", "Received", "Cost"))


def _lot_row(lot: Json, bid: Decimal | None) -> Sequence[RenderableType]:
    state = str(lot["state"])
    live = [sell["price"] for sell in lot["sells"] if sell["state"] in _LIVE]
    prices = live or [sell["price"] for sell in lot["sells"]]
    nearest = min(prices, key=Decimal) if prices else Text(NONE, "dim")
    profit = money(lot["realised_profit"], lot["quote"]) if Decimal(lot["sold"]) else Text(NONE, "dim")
    return (
        lot["lot"],
        Text(state.lower(), LOT_STATE_STYLE.get(state, "")),
        f"{lot['received']} {lot['base']}",
        f"{shorten(lot['cost'])} {lot['quote']}",
        f"{nearest} and {len(live) - 1} more" if len(live) > 1 else nearest,
        _away(lot, bid),
        lot["sold"],
        NONE if bid is None else f"{bid:f}",
        profit,
        duration(_held_seconds(lot)),
    )


def _away(lot: Json, bid: Decimal | None) -> str | Text:
    """How far the bid has to move to the nearest trigger."""
    found = nearest_away(lot, bid)
    return Text(NONE, "dim") if found is None else f"{Decimal(found):+.2f} %"


def _held_seconds(lot: Json) -> float:
    """From the first fill to the last sale; to now while the lot is open."""
    if lot["held_seconds"] is not None:
        return float(lot["held_seconds"])
    return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(lot["opened"])).total_seconds())
