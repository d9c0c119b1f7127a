"""A line of the log files, and what `lotkeeper logs --json` prints of them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from lotkeeper.engine.log_events import EngineEvent
from lotkeeper.service.schemas.base import Document
from lotkeeper.trading.journal import DecisionKind
from lotkeeper.trading.log_events import LogEvent

LineTime = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(\d{3})?Z$",
        description="ISO 8601 in UTC, with microseconds; lines of earlier versions have milliseconds",
    ),
]


class LogLine(Document):
    """One line. All fields stand in each line, but for `exception`."""

    ts: LineTime
    level: Literal["debug", "info", "warning", "error", "critical"]
    event: EngineEvent | LogEvent | DecisionKind
    """What the line tells: docs/reference/log-events.md has a sentence for each."""
    text: str
    """The same for people."""
    actor: str
    """The class of the actor, or `launcher`, `web` for the other processes."""
    pid: int
    """Of its process."""
    logger: str
    """Of the part of the code."""
    pair: str | None
    """The trade pair that it concerns."""
    lot: str | None
    """The lot that it concerns: the same in every line from the fill of its BUY to its sale, in all actors."""
    order: str | None
    """The client order id of the order that it concerns."""
    facts: dict[str, Any]
    """Figures and other facts; amounts are texts in plain digits."""
    exception: list[dict[str, Any]] | None = None
    """Of an error, the last one first, each with `exc_type`, `exc_value` and `frames`."""


class UnreadableLine(Document):
    """What is no line, such as a half of one after a power failure."""

    event: Literal["UNREADABLE"]
    text: str
