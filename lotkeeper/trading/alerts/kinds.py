"""What an alert can be about, and how urgent that is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lotkeeper.trading.reports.todo import Todo


class Severity(StrEnum):
    """How soon a person is wanted; in rising order."""

    INFO = "info"  # nobody is needed
    WARNING = "warning"  # today
    CRITICAL = "critical"  # now: something is not sold, or not known

    @property
    def rank(self) -> int:
        """For comparisons: a text would compare by its letters."""
        return _RANKS[self]


_RANKS: Final = {severity: rank for rank, severity in enumerate(Severity)}


class AlertKind(StrEnum):
    """What is told. Those that `lotkeeper todo` has, too, have the same names there."""

    KILL_SWITCH = "kill-switch"
    GATEWAY = "gateway"
    USER_STREAM = "user-stream"
    DATABASE = "database"
    QUARANTINED = "quarantined"
    GIVEN_UP = "given-up"
    CLOCK = "clock"
    NOT_LISTED = "not-listed"
    DELISTING = "delisting"
    WATCH_ONLY = "watch-only"
    REFUSED = "refused"
    PAUSED = "paused"
    UNKNOWN_ORDER = "unknown-order"
    HELD = "held"
    UNCOVERED = "uncovered"
    COINS_CAME = "coins-came"
    UNREADABLE = "unreadable"
    STRANGE_STATUS = "strange-status"
    FEE_RISE = "fee-rise"
    BNB_LOW = "bnb-low"
    DISK_LOW = "disk-low"
    CHANNEL = "channel"  # told by the other channels
    # what ends by itself, or needs nothing
    DEGRADED = "degraded"  # a pair, or what all pairs need, is not proven
    RESTARTS = "restarts"  # an actor was started again and again
    BUDGET = "budget"  # the exchange asked to wait, or a limit of the day is nearly used up
    LONG_HELD = "long-held"  # a lot has waited for its sale for longer than the configuration says
    # news: told once, and over with that
    STARTED = "started"
    SALE = "sale"


@dataclass(frozen=True, slots=True)
class KindRule:
    """How a kind is told."""

    severity: Severity
    after_s: float = 0.0  # it has to stand for so long first: what is over sooner is not told


_NOW = KindRule(Severity.CRITICAL)
_TODAY = KindRule(Severity.WARNING)
_NEWS = KindRule(Severity.INFO)

RULES: Final[dict[AlertKind, KindRule]] = {
    AlertKind.KILL_SWITCH: _NOW,
    AlertKind.GATEWAY: _NOW,
    AlertKind.USER_STREAM: _NOW,
    AlertKind.DATABASE: _NOW,
    AlertKind.QUARANTINED: _NOW,
    AlertKind.GIVEN_UP: _NOW,
    AlertKind.CLOCK: _TODAY,
    AlertKind.NOT_LISTED: _TODAY,
    AlertKind.DELISTING: _TODAY,
    AlertKind.WATCH_ONLY: _NOW,
    AlertKind.REFUSED: _NOW,
    AlertKind.PAUSED: _TODAY,
    AlertKind.UNKNOWN_ORDER: _NOW,
    AlertKind.HELD: _TODAY,
    AlertKind.UNCOVERED: _NOW,
    AlertKind.COINS_CAME: _TODAY,
    AlertKind.UNREADABLE: _NOW,
    AlertKind.STRANGE_STATUS: _TODAY,
    AlertKind.FEE_RISE: _TODAY,
    AlertKind.BNB_LOW: _TODAY,
    AlertKind.DISK_LOW: _NOW,
    AlertKind.CHANNEL: _TODAY,
    AlertKind.DEGRADED: KindRule(Severity.CRITICAL, after_s=20.0),  # a renewed connection takes a few seconds
    AlertKind.RESTARTS: _TODAY,
    AlertKind.BUDGET: _TODAY,
    AlertKind.LONG_HELD: _TODAY,
    AlertKind.STARTED: _NEWS,
    AlertKind.SALE: _NEWS,
}


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that is so now, and that a person is to hear of."""

    kind: AlertKind
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
    return Cause(AlertKind(str(todo.kind)), subject, todo.text, todo.command, todo.since_ms)
