"""The causes of alerts."""

from dataclasses import dataclass

from lotkeeper.trading.reports.todo import Todo
from lotkeeper.trading.trouble_kinds import RULES, Severity, TroubleKind


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that is so now, and that a person is to hear of."""

    kind: TroubleKind
    subject: str  # what it is about within its kind: a pair, a lot, an order, an actor; empty for the whole service
    text: str  # for people
    command: str  # what ends it or shows more of it, as it is to be typed
    since_ms: int | None = None  # wall clock; None where it is not known
    severity: Severity | None = None  # None: that of its kind

    @property
    def key(self) -> str:
        """Two causes with the same key are the same, whatever their texts: a quantity in it may change."""
        return f"{self.kind} {self.subject}".strip()

    @property
    def urgency(self) -> Severity:
        return self.severity or RULES[self.kind].severity


def cause_of(todo: Todo) -> Cause:
    """What needs a person, as a cause of an alert."""
    subject = " ".join(each for each in (todo.pair, todo.lot, todo.order, todo.actor) if each)
    return Cause(todo.kind, subject, todo.text, todo.command, todo.since_ms)
