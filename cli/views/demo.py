"""What the demonstration shows: the live tables and the closing summary."""

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from cli.views.formats import money
from cli.views.lot_news import LotNews
from cli.views.lots import lots_table
from cli.views.responsive_table import BLANK
from cli.views.status import status_view
from lotkeeper.service.documents.formats import duration
from lotkeeper.service.documents.pair_rows import bids_by_pair
from lotkeeper.verification.demonstration import DemoSnapshot

_LINES_WITHOUT_LOTS = 12  # headline, table headers and frame
_MIN_LOTS = 3


def demo_view(snapshot: DemoSnapshot, height: int) -> RenderableType:
    """The pairs, and as many lots as a terminal of `height` lines has room for, the open ones first."""
    if snapshot.status is None:
        return Text(f"starting the exchange and the service ... {snapshot.elapsed_s:.1f} s", "yellow")
    room = max(
        _MIN_LOTS, height - _LINES_WITHOUT_LOTS - len(snapshot.status["pairs"]) - len(snapshot.status["problems"])
    )
    lots = lots_table(sorted(snapshot.positions, key=_is_closed), bids_by_pair(snapshot.status), room)
    hint = Text(f"{duration(snapshot.elapsed_s)} of the demonstration; Ctrl-C ends it", "dim")
    return Group(status_view(snapshot.status), BLANK, lots, BLANK, hint)


def news_lines(news: LotNews, snapshot: DemoSnapshot) -> list[Text]:
    """What has happened since the last snapshot, with the seconds of the demonstration."""
    return [Text(f"{snapshot.elapsed_s:6.1f} s  ", "dim") + line for line in news.told(snapshot.positions)]


def _is_closed(lot: Mapping[str, Any]) -> bool:
    return bool(lot["state"] == "CLOSED")


def summary_view(summary: Mapping[str, Any]) -> RenderableType:
    """The summary at the end."""
    table = Table(box=box.SIMPLE, show_header=False, pad_edge=False)
    first = summary["first_sell_seconds"]
    table.add_row("BUY orders seen", str(summary["buys"]))
    table.add_row("Lots open", str(summary["lots_open"]))
    table.add_row("Lots sold with profit", str(summary["lots_closed"]))
    table.add_row("SELLs placed, filled", f"{summary['sells_placed']}, {summary['sells_filled']}")
    table.add_row("First SELL on the book after", "-" if first is None else f"{first:.2f} s")
    for quote, amount in summary["net_profit"].items():
        table.add_row("Net profit, after all fees", money(amount, quote))
    table.add_row("Bought and without a SELL", _unprotected_text(summary["unprotected_by_pair"]))
    return Panel(table, title=f"{duration(summary['seconds'])} of lotkeeper", expand=False)


def _unprotected_text(unprotected: Mapping[str, str]) -> Text:
    if not unprotected:
        return Text("nothing", "green")
    return Text(", ".join(f"{quantity} of {symbol}" for symbol, quantity in unprotected.items()), "bold red")
