"""What an actor is made of. Write one as a subclass of EngineActor, with a method for each type of message."""

from lotkeeper.engine.actor.base import EngineActor
from lotkeeper.engine.actor.dispatch import handles

__all__ = ["EngineActor", "handles"]
