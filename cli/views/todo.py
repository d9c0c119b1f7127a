"""What needs a person, as lines: since when, what, and the command below it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from lotkeeper.service.documents.formats import duration, moment

Json = Mapping[str, Any]


def todo_text(rows: Sequence[Json], now: datetime | None = None) -> RenderableType:
    """Three lines for each; `now` is for how long it has been so."""
    at = datetime.now(UTC) if now is None else now
    return Group(*(_entry(row, at) for row in rows))


def _entry(row: Json, now: datetime) -> Text:
    where = row["lot"] or row["pair"] or row["actor"] or ""
    entry = Text.assemble((row["kind"], "bold yellow"), f" {where}" if where else "", (_since(row, now), "dim"))
    return entry.append(f"\n  {row['text']}\n").append(f"  {row['command']}", "bold")


def _since(row: Json, now: datetime) -> str:
    if not row["since"]:
        return ""
    age_s = max(0.0, (now - datetime.fromisoformat(row["since"])).total_seconds())
    return f"  since {moment(row['since'])} UTC, {duration(age_s)}"
