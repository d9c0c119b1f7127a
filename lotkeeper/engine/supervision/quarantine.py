"""Messages that kill: a message that was in hand when its actor's process died, twice in a row, is not handled again.

Pure rules. One death proves nothing: whoever has a message in hand may have been killed from outside. So a suspect is
watched in the next life, and is acquitted when a message equal to it has been handled; dataclasses leave out of the
comparison what is declared with `field(compare=False)`, such as the time of sending.
"""

from typing import Any

from thespian.actors import ActorSystemMessage

from lotkeeper.engine.actor.guarding import Watchful
from lotkeeper.engine.actor.pinging import Ping

_MOST = 32  # remembered of each kind, the newest


class Quarantine:
    """What is known about messages that were in hand when a child died."""

    def __init__(self) -> None:
        self._suspects: list[Any] = []
        self._banned: list[Any] = []

    def blame(self, message: Any) -> bool:
        """It was in hand at a death; whether that is the second time in a row, so that it is banned from now on."""
        if isinstance(message, ActorSystemMessage | Ping | Watchful) or message in self._banned:
            return False
        if message not in self._suspects:
            self._suspects = [*self._suspects[1 - _MOST :], message]
            return False
        self._suspects.remove(message)
        self._banned = [*self._banned[1 - _MOST :], message]
        return True

    def acquit(self, message: Any) -> None:
        """It has been handled: it does not kill."""
        if message in self._suspects:
            self._suspects.remove(message)

    @property
    def banned(self) -> tuple[Any, ...]:
        """What is not handled any more."""
        return tuple(self._banned)

    def watchful(self) -> Watchful | None:
        """What a new life has to know."""
        if self._suspects or self._banned:
            return Watchful(tuple(self._suspects), tuple(self._banned))
        return None
