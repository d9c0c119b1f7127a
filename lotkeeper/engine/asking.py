"""Asks from outside the system and their answers, and the ping.

An ask has an id, so that a late answer is never taken for the answer to something else.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thespian.actors import ActorAddress  # a client does without Thespian, whose import takes longer than an answer


@dataclass(frozen=True, slots=True)
class Ask:
    """A message whose sender waits for an Answer with the same id."""

    ask_id: str
    body: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to the Ask with the same id."""

    ask_id: str
    body: Any


@dataclass(frozen=True, slots=True)
class Asker:
    """What a handler gets as the sender of an asked message: who waits for the answer, and the id of the ask.

    It may be kept to answer later, or passed to another actor with `EngineActor.forward`.
    """

    address: "ActorAddress"
    ask_id: str


@dataclass(frozen=True, slots=True)
class AskFailure:
    """The body of an Answer when the handler raised an error."""

    error: str


@dataclass(frozen=True, slots=True)
class Forwarded:
    """An asked message on its way to another actor, which will answer the asker."""

    asker: Asker
    body: Any


@dataclass(frozen=True, slots=True)
class Ping:
    """Sent to an actor that has been idle for long, so that it handles something; answered when it was asked."""

    def state_key(self) -> str:
        """One ping waiting for an actor is enough."""
        return ""


@dataclass(frozen=True, slots=True)
class Pong:
    """The answer to an asked Ping. It shows that this actor handles messages, and nothing about any other actor."""


if TYPE_CHECKING:
    Sender = Asker | ActorAddress
else:
    Sender = Any


def unwrap(message: Any) -> Any:
    """The message inside an Ask or a Forwarded; any other message as it is."""
    return message.body if isinstance(message, Ask | Forwarded) else message
