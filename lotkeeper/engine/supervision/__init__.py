"""Actors that keep their children alive, as far as restarting helps: rules without I/O, and an actor that obeys."""

from lotkeeper.engine.supervision.restarting import Backoff, Intensity
from lotkeeper.engine.supervision.supervisor import ChildSpec, Supervisor

__all__ = ["Backoff", "ChildSpec", "Intensity", "Supervisor"]
