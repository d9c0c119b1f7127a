"""Asks carry an id, so that a late answer is never taken for the answer to something else."""

from dataclasses import dataclass
from typing import Any

from thespian.actors import ActorAddress


@dataclass(frozen=True, slots=True)
class Ask:
    """A message whose sender waits for an Answer with the same id."""

    ask_id: str
    body: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to the Ask of the same id."""

    ask_id: str
    body: Any


@dataclass(frozen=True, slots=True)
class Asker:
    """Who waits for an answer, and to which ask: what a handler sees as sender of an asked message.

    It may be kept and answered later, or handed to another actor with `EngineActor.forward`.
    """

    address: ActorAddress
    ask_id: str


@dataclass(frozen=True, slots=True)
class AskFailure:
    """The body of an Answer when the handler raised an error: its text."""

    error: str


@dataclass(frozen=True, slots=True)
class Forwarded:
    """An asked message on its way to the actor that will answer it."""

    asker: Asker
    body: Any


Sender = Asker | ActorAddress
