"""What happens to lots, a line for each: bought, SELL placed, sold. For output that is no terminal, and for logs."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from rich.text import Text

from cli.views.formats import money
from lotkeeper.service.documents.formats import shorten
from lotkeeper.trading.money import plain

Json = Mapping[str, Any]
_ON_THE_BOOK = frozenset({"OPEN", "PARTIALLY_FILLED"})
_WAITING_STYLE = {"PARKED": "yellow", "QUEUED": "yellow", "HELD": "magenta"}


class LotNews:
    """Compares the lots with those of the last time."""

    def __init__(self, known: Iterable[Json] = ()) -> None:
        """Of the lots that are known already only what comes is told."""
        self._known: dict[str, Json] = {lot["lot"]: lot for lot in known}

    def told(self, lots: Iterable[Json]) -> list[Text]:
        """What has happened since the last call, the lots bought first before the others."""
        lines: list[Text] = []
        for lot in sorted(lots, key=lambda each: str(each["opened"])):
            lines += _changes(self._known.get(lot["lot"]), lot)
            self._known[lot["lot"]] = lot
        return lines


def _changes(before: Json | None, lot: Json) -> Iterator[Text]:
    bought = Decimal(lot["received"]) - Decimal(before["received"] if before else 0)
    if bought > 0:
        cost = Decimal(lot["cost"]) - Decimal(before["cost"] if before else 0)
        yield _line(lot, "bought", f"{plain(bought)} {lot['base']} for {shorten(str(cost))} {lot['quote']}", "bold")
    earlier = {sell["client_order_id"]: sell["state"] for sell in before["sells"]} if before else {}
    for sell in lot["sells"]:
        was = earlier.get(sell["client_order_id"])
        if was != sell["state"]:
            yield from _sell_change(lot, sell, is_new=was not in _ON_THE_BOOK)
    if (before is None or before["state"] != lot["state"]) and lot["state"] in _WAITING_STYLE:
        yield _line(lot, lot["state"].lower(), lot["reason"], _WAITING_STYLE[lot["state"]])
    if lot["state"] == "CLOSED" and (before is None or before["state"] != "CLOSED"):
        yield _line(lot, "closed", "net profit ", "green").append(money(lot["realised_profit"], lot["quote"]))


def _sell_change(lot: Json, sell: Json, *, is_new: bool) -> Iterator[Text]:
    """A SELL that was filled between two looks was placed, too."""
    what = f"{sell['quantity']} {lot['base']} at {sell['price']} {lot['quote']}"
    if is_new and sell["state"] in _ON_THE_BOOK | {"FILLED"}:
        yield _line(lot, "SELL placed", what, "cyan")
    if sell["state"] == "FILLED":
        yield _line(lot, "sold", what, "green")
    elif sell["state"] in {"UNKNOWN", "REFUSED"}:
        yield _line(lot, f"SELL {sell['state'].lower()}", what, "bold yellow")


def _line(lot: Json, verb: str, what: str, style: str) -> Text:
    return Text.assemble((f"{lot['lot']} ", ""), (verb, style), f" {what}")
