"""The services of a fleet as a table."""

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from cli.views.formats import NONE
from cli.views.responsive_table import BLANK, ResponsiveTable, plain_table
from lotkeeper.service.documents.formats import duration

Json = Mapping[str, Any]
_STYLES = {"ok": "green", "standby": "green", "starting": "yellow", "degraded": "bold red"}
_BAD = "bold red"
_MOST_PROBLEMS = 3  # of a service


def fleet_view(document: Json) -> RenderableType:
    """One row a service; below, what is wrong with which, and whose share of the address is used up."""
    table = plain_table("Service", "State", "Up", "Pairs", "Lots open", "To do", "Weight")
    for row in document["services"]:
        table.add_row(
            Text(row["name"], "bold"),
            Text(row["health"], _STYLES.get(row["health"], _BAD)),
            NONE if row["uptime_seconds"] is None else duration(row["uptime_seconds"]),
            *(NONE if row[key] is None else str(row[key]) for key in ("pairs", "lots_open", "todo")),
            _weight(row["budget"]),
        )
    lines = [line for row in document["services"] for line in _lines(row)]
    return Group(ResponsiveTable(table, ("Up", "Pairs", "Weight")), *([BLANK] if lines else []), *lines)


def _weight(budget: Json | None) -> str:
    """Spent of what the broker granted; without one what the whole address has used of the limit."""
    if budget is None:
        return NONE
    if budget["share"] is None:
        return f"{budget['used']}/{budget['most']} of all"
    return f"{budget['spent']}/{budget['share']}"


def _lines(row: Json) -> list[Text]:
    problems = [row["reason"], *row["problems"]] if row["reason"] else list(row["problems"])
    more = [f"and {len(problems) - _MOST_PROBLEMS} more"] if len(problems) > _MOST_PROBLEMS else []
    style = "" if row["health"] == "standby" else "red"
    lines = [Text(f"{row['name']}: {each}", style) for each in (*problems[:_MOST_PROBLEMS], *more)]
    waits = row["budget"]["waits"] if row["budget"] else ""
    return [*lines, Text(f"{row['name']}: questions wait: {waits}", "yellow")] if waits else lines
