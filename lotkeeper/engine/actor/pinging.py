"""How one finds out whether an actor still handles anything."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ping:
    """Sent now and then, so that an actor that has nothing else to do handles something; answered when it is asked."""

    def state_key(self) -> str:
        """One is enough, however many were sent."""
        return ""


@dataclass(frozen=True, slots=True)
class Pong:
    """The answer. Says that the actor handles its messages, and nothing of any other actor."""
