"""The table of the incidents."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from lotkeeper.service.documents.formats import duration, moment

Json = Mapping[str, Any]
_STYLES = {"critical": "red", "warning": "yellow"}


def incidents_table(incidents: Sequence[Json]) -> Table:
    """One row an incident, in the order given; details that are too long for a line go on in the next."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for name in ("Began (UTC)", "Lasted", "Severity", "Kind"):
        table.add_column(name, no_wrap=True)
    table.add_column("About", overflow="fold", min_width=16)
    for each in incidents:
        severity = Text(each["severity"], _STYLES.get(each["severity"], ""))
        about = f"{each['subject']}: {each['details']}" if each["details"] else each["subject"]
        table.add_row(moment(each["opened"]), _lasted(each), severity, each["kind"], about)
    return table


def _lasted(each: Json) -> str:
    if each["ended"] is None:
        return "open"
    length = datetime.fromisoformat(each["ended"]) - datetime.fromisoformat(each["opened"])
    return duration(length.total_seconds())
