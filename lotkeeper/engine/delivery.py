"""The two classes of messages, and those that are nobody else's business.

A *fact* arrives, each one, in order: fills, orders, commands, answers. Every message is a fact unless its class says
otherwise. Of a *state* only the newest matters: prices, reports, gauges. One is on its way to a receiver at a time;
while it has not been handled there, the newest waits in the sender and replaces the one that waited before. A state
never arrives before a fact that was sent before it.

A message whose class says `is_secret = True` leaves no trace outside of the two processes: what an actor has in hand
can otherwise be read by its parent.
"""

from collections.abc import Hashable
from typing import Any, Protocol

from lotkeeper.engine.asking import Answer, Ask, Forwarded

_WRAPPERS = (Ask, Answer, Forwarded)

Key = tuple[type, Hashable]


class State(Protocol):
    """What a message class needs to be a state; nothing has to be inherited or imported for it.

        @dataclass(frozen=True, slots=True)
        class Measured:
            gauge: str
            value: Decimal

            def state_key(self) -> str:
                return self.gauge

    A batch of states may also have `joined_to(older)`, which gives one message with all of both, the newer winning.
    """

    def state_key(self) -> Hashable:
        """Which messages of this class are of the same thing: the newer replaces the older."""


def key_of(message: Any) -> Key | None:
    """What tells a state from others; None for a fact."""
    kind = type(message)
    state_key = getattr(kind, "state_key", None)
    return None if state_key is None else (kind, state_key(message))


def is_secret(message: Any) -> bool:
    """Whether a message, or what it wraps, is for its receiver alone."""
    kind = type(message)
    if kind in _WRAPPERS:
        kind = type(message.body)
    secret: bool = getattr(kind, "is_secret", False)
    return secret


def superseding(newer: Any, older: Any) -> Any:
    """What goes in the place of both, which have the same key."""
    joined_to = getattr(newer, "joined_to", None)
    return newer if joined_to is None else joined_to(older)
