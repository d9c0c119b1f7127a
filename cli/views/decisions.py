"""The table of the decisions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table

from cli.views.formats import facts_text, moment
from lotkeeper.trading.journal import SERVICE

Json = Mapping[str, Any]


def decisions_table(decisions: Sequence[Json]) -> Table:
    """One row a decision, in the order given; details that are too long for a line go on in the next."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for name in ("Time (UTC)", "Lot or pair", "Decision", "Cause"):
        table.add_column(name, no_wrap=True)
    table.add_column("Details", overflow="fold")
    for each in decisions:
        table.add_row(
            moment(each["time"]),
            each["lot"] or each["pair"],
            _words(each["decision"]),
            _words(each["cause"]),
            "; ".join(_details(each)),
        )
    return table


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
