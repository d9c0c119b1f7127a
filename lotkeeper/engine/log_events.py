"""What the engine's lines of the log tell, by name. A line has one of these names in its field `event`."""

from enum import StrEnum
from typing import Any


class EngineEvent(StrEnum):
    """A name, and what a line of that name says."""

    meaning: str

    def __new__(cls, name: str, meaning: str) -> "EngineEvent":
        self = str.__new__(cls, name)
        self._value_, self.meaning = name, meaning
        return self

    MESSAGE_HANDLED = "MESSAGE_HANDLED", "an actor has handled a message (at DEBUG)"
    HANDLER_FAILED = "HANDLER_FAILED", "a handler has raised an error; the actor goes on"
    MESSAGE_UNKNOWN = "MESSAGE_UNKNOWN", "an actor got a message that it has no handler for"
    MESSAGE_NOT_DELIVERED = "MESSAGE_NOT_DELIVERED", "messages were refused: too many waited, or they cannot be read"
    MESSAGE_IN_HAND = "MESSAGE_IN_HAND", "what an actor was handling when its process ended"
    MESSAGE_QUARANTINED = "MESSAGE_QUARANTINED", "a message has ended its actor twice and is not handled any more"
    ACTOR_ENDED = "ACTOR_ENDED", "an actor's process has ended, and what follows"
    ACTOR_KILLED = "ACTOR_KILLED", "a supervisor kills an actor that hangs or does not end"
    ACTOR_GIVEN_UP = "ACTOR_GIVEN_UP", "an actor ended again and again"
    LOG_LEVEL_CHANGED = (
        "LOG_LEVEL_CHANGED",
        "somebody has changed from which level on a process logs, or its time is over",
    )
    DESCRIPTOR_TROUBLE = "DESCRIPTOR_TROUBLE", "a file or connection cannot be watched, or no more can be opened"


EVENT_FIELD = "log_event"  # of a log record: its name


def named(event: EngineEvent, **facts: Any) -> dict[str, Any]:
    """The `extra` of a line of this name, with what it concerns."""
    return {EVENT_FIELD: event, **facts}
