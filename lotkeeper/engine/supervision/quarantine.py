"""Messages that kill: one that was being handled at two deaths in a row is not handled again.

Pure rules. One death proves nothing, because the process may have been killed from outside. So the message becomes a
suspect, and is cleared when the next process has handled an equal message. Dataclasses leave out of the comparison what
is declared with `field(compare=False)`, such as the time of sending.
"""

from typing import Any

from thespian.actors import ActorSystemMessage

from lotkeeper.engine.actor.guard import GuardAgainst
from lotkeeper.engine.asking import Ping

_MOST = 32  # suspects, and banned messages, that are remembered: the newest


class Quarantine:
    """What is known about messages that were being handled when a child died."""

    def __init__(self) -> None:
        self._suspects: list[Any] = []
        self._banned: list[Any] = []

    def blame(self, message: Any) -> bool:
        """Notes what was being handled at a death. Returns whether it is banned now, at the second death in a row."""
        if isinstance(message, ActorSystemMessage | Ping | GuardAgainst) or message in self._banned:
            return False
        if message not in self._suspects:
            self._suspects = [*self._suspects[1 - _MOST :], message]
            return False
        self._suspects.remove(message)
        self._banned = [*self._banned[1 - _MOST :], message]
        return True

    def clear(self, message: Any) -> None:
        """The message has been handled: it is no suspect any more."""
        if message in self._suspects:
            self._suspects.remove(message)

    @property
    def banned(self) -> tuple[Any, ...]:
        """The messages that are not handled any more."""
        return tuple(self._banned)

    def guard_request(self) -> GuardAgainst | None:
        """What to send to a new process; None when there is nothing to guard against."""
        if self._suspects or self._banned:
            return GuardAgainst(tuple(self._suspects), tuple(self._banned))
        return None
