"""The running actors, and the messages that they handle."""

from lotkeeper.service.schemas.base import Count, Document, Moment, Seconds


class HandlerListed(Document):
    """How long the handlers of one type of message took, in milliseconds."""

    message: str
    count: Count
    p50_ms: float
    p99_ms: float
    max_ms: float


class ActorListed(Document):
    """An actor; the list has each before its children."""

    name: str
    depth: Count
    """0 for the root; a child has one more than its supervisor."""
    actor: str | None
    """Its class; null where it does not answer."""
    state: str
    """idle, busy, stuck, stopped, lost or given up."""
    pid: int | None
    age_seconds: Seconds | None
    restarts: Count
    incarnation: int | None
    reason: str
    """How its last process ended, or why it was given up; empty for neither."""
    mailbox: Count
    """Messages that were sent to it and are not handled."""
    oldest_seconds: Seconds
    """How long the oldest of them has waited, at least."""
    handled: Count
    """Messages, wake-ups and ready sockets, since its start."""
    cpu_seconds: float | None
    """Processor time since its start."""
    per_second: float | None
    """Messages, wake-ups and ready sockets that it has handled; null for a new process."""
    cpu_pct: float | None
    """Of one processor."""
    in_hand: str
    """What it handles at this moment; empty for nothing."""
    busy_seconds: Seconds | None
    """How long that of a stuck one has lasted, at least."""
    pss_bytes: int | None
    handlers: list[HandlerListed]
    undelivered: dict[str, int]
    """By type: messages of it that were refused because too many waited for their receiver."""
    unknown: list[str]
    """Types that came and for which it has no handler."""


class DeathListed(Document):
    """An end of a process that nobody asked for; the newest come first."""

    at: Moment
    name: str
    pid: int
    incarnation: int
    how: str
    in_hand: str
    """What it was handling; empty for nothing."""
    ran_seconds: Seconds


class DeadLetterListed(Document):
    """A message that its receiver did not live to handle."""

    at: Moment
    to: str
    message: str


class DeadLettersCounted(Document):
    """By type since the start, and the last ones."""

    counts: dict[str, int]
    last: list[DeadLetterListed]


class RunningActors(Document):
    """`lotkeeper top`."""

    actors: list[ActorListed]
    deaths: list[DeathListed]
    dead_letters: DeadLettersCounted


class TracedMessageListed(Document):
    """A message that an actor has handled."""

    at: Moment
    actor: str
    message: str
    took_ms: float
    sender: str
    """Title and number of its process."""
    text: str
    """Secrets are masked."""


class Traced(Document):
    """`lotkeeper trace`."""

    messages: list[TracedMessageListed]
    dropped: Count
    """Messages that came too fast to be noted."""
