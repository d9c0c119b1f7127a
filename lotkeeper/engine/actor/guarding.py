"""Keeps an actor from messages that have killed its process before."""

from dataclasses import dataclass
from typing import Any

from thespian.actors import ActorAddress

from lotkeeper.engine.asking import Ask, Forwarded


@dataclass(frozen=True, slots=True)
class Watchful:
    """Sent by a supervisor before anything else of a new life: what may have killed it, and what it must not take."""

    suspects: tuple[Any, ...]
    banned: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Acquitted:
    """Sent to the supervisor: a suspect has been handled, and the actor lives."""

    message: Any


class Guard:
    """What an actor has been told to be watchful of, and by whom."""

    def __init__(self, told: Watchful, warden: ActorAddress) -> None:
        self.warden = warden
        self._suspects = list(told.suspects)
        self._banned = told.banned

    def refuses(self, message: Any) -> bool:
        """Whether the message must not be handled."""
        return message in self._banned

    def acquits(self, message: Any) -> bool:
        """Whether a message that has been handled was a suspect until now."""
        if message not in self._suspects:
            return False
        self._suspects.remove(message)
        return True


def unwrapped(message: Any) -> Any:
    """The message itself, without what says who wants an answer."""
    return message.body if isinstance(message, Ask | Forwarded) else message
