"""Alerts as lines: what, since when, who was told, and the command below it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from lotkeeper.service.documents.formats import duration, moment

Json = Mapping[str, Any]
_STYLES = {"critical": "bold red", "warning": "bold yellow", "info": "bold"}


def alerts_text(rows: Sequence[Json], now: datetime | None = None) -> RenderableType:
    """Three lines for each; `now` is for how long it has been so."""
    at = datetime.now(UTC) if now is None else now
    return Group(*(_entry(row, at) for row in rows))


def _entry(row: Json, now: datetime) -> Text:
    style = "dim" if row["recovered"] else _STYLES[row["severity"]]
    about = f" {row['about']}" if row["about"] else ""
    entry = Text.assemble((f"{row['alert']} {row['severity']} {row['kind']}", style), about, (_since(row, now), "dim"))
    entry.append(f"\n  {row['text']}\n")
    return entry.append(f"  {row['command']}\n", "bold").append(f"  {_told(row)}", "dim")


def _since(row: Json, now: datetime) -> str:
    if row["recovered"]:
        return f"  {moment(row['since'])} to {moment(row['recovered'])} UTC"
    age_s = max(0.0, (now - datetime.fromisoformat(row["since"])).total_seconds())
    return f"  since {moment(row['since'])} UTC, {duration(age_s)}"


def _told(row: Json) -> str:
    by = ", ".join(row["channels"])
    delivered = f"delivered by {by}, last {moment(row['delivered'])} UTC" if row["delivered"] else "not delivered"
    if not row["acknowledged"]:
        return delivered
    why = f" ({row['acknowledged_why']})" if row["acknowledged_why"] else ""
    return f"{delivered}; seen by {row['acknowledged_by']} {moment(row['acknowledged'])} UTC{why}"


def acknowledgement_plan(rows: Sequence[Json]) -> str:
    """What it comes to that a person says to have seen these alerts."""
    if not rows:
        return "No open alert waits to be seen: nothing changes."
    named = "".join(f"\n  {row['alert']} {row['severity']} {row['kind']}: {row['text']}" for row in rows)
    head = "1 alert is" if len(rows) == 1 else f"{len(rows)} alerts are"
    return f"{head} not told again until worse or over:{named}"
