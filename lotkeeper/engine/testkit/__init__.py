"""The test kit: an actor on a desk, probes in the place of everybody it talks to, and virtual time."""

from lotkeeper.engine.testkit.desk import ActorBench
from lotkeeper.engine.testkit.messages import a
from lotkeeper.engine.testkit.parts import Probe

__all__ = ["ActorBench", "Probe", "a"]
