"""The table of the decisions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lotkeeper.service.documents.formats import facts_text, moment
from lotkeeper.trading.journal import SERVICE

Json = Mapping[str, Any]
_WIDE = 120  # columns from which on the details have a column of their own


class DecisionsTable:
    """One row a decision, in the order given. In a narrow terminal the details stand below it."""

    def __init__(self, decisions: Sequence[Json]) -> None:
        self._decisions = decisions

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width >= _WIDE:
            yield _table(self._decisions)
            return
        for each in self._decisions:
            time, name, *what = _cells(each)
            yield Text.assemble((time, "dim"), "  ", (name, "bold"), "  ", ": ".join(what))
            yield Padding(Text("; ".join(_details(each)), "dim", overflow="fold"), (0, 0, 0, 2))


def _table(decisions: Sequence[Json]) -> Table:
    """Details that are too long for a line go on in the next."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for name in ("Time (UTC)", "Lot or pair", "Decision", "Cause"):
        table.add_column(name, no_wrap=True)
    table.add_column("Details", overflow="fold")
    for each in decisions:
        table.add_row(*_cells(each), "; ".join(_details(each)))
    return table


def _cells(each: Json) -> tuple[str, str, str, str]:
    return moment(each["time"]), each["lot"] or each["pair"], _words(each["decision"]), _words(each["cause"])


def _details(each: Json) -> Iterator[str]:
    if each["order"]:
        yield each["order"]
    if each["facts"]:
        yield facts_text(each["facts"])
    if each["why"]:
        yield each["why"]
    if each["who"] != SERVICE:
        yield f"by {each['who']}"


def _words(name: str) -> str:
    """Such as `sell placed`."""
    return name.replace("_", " ").lower()
