"""Keeps an actor from messages that have killed its process before."""

from dataclasses import dataclass
from typing import Any

from thespian.actors import ActorAddress


@dataclass(frozen=True, slots=True)
class GuardAgainst:
    """Sent by the supervisor as the first message to a restarted child that a message may have killed."""

    suspects: tuple[Any, ...]  # were being handled at a death; report when one is handled well
    banned: tuple[Any, ...]  # killed twice; must not be handled


@dataclass(frozen=True, slots=True)
class Cleared:
    """Sent to the supervisor: the suspect `message` has been handled, and the actor is still alive."""

    message: Any


class Guard:
    """What an actor has to guard against, and which supervisor asked for it."""

    def __init__(self, request: GuardAgainst, supervisor: ActorAddress) -> None:
        self.supervisor = supervisor
        self._suspects = list(request.suspects)
        self._banned = request.banned

    def is_banned(self, message: Any) -> bool:
        """Whether the message must not be handled."""
        return message in self._banned

    def clear(self, message: Any) -> bool:
        """Notes that a message was handled. Returns whether it was a suspect until now."""
        if message not in self._suspects:
            return False
        self._suspects.remove(message)
        return True
