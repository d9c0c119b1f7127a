"""The test kit: an actor on a desk, probes in the place of everybody it talks to, and virtual time."""

from lotkeeper.engine.testing.desk import Desk
from lotkeeper.engine.testing.messages import a
from lotkeeper.engine.testing.parts import Probe

__all__ = ["Desk", "Probe", "a"]
