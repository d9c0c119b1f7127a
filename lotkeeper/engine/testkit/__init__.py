"""The test kit: an actor on a bench, probes in the place of the actors it talks to, and virtual time."""

from lotkeeper.engine.testkit.bench import ActorBench
from lotkeeper.engine.testkit.messages import a
from lotkeeper.engine.testkit.stand_ins import Probe

__all__ = ["ActorBench", "Probe", "a"]
