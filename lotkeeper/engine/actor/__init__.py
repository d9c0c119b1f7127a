"""The base class of actors: write an actor as a subclass of EngineActor, with a method for each type of message."""

from lotkeeper.engine.actor.base import EngineActor
from lotkeeper.engine.actor.handlers import handles

__all__ = ["EngineActor", "handles"]
