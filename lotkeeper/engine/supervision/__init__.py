"""Actors that keep their children alive, as far as restarting helps: rules without I/O, and one actor that obeys them."""

from lotkeeper.engine.supervision.restarting import Backoff, Intensity
from lotkeeper.engine.supervision.supervisor import ChildSpec, Supervisor

__all__ = ["Backoff", "ChildSpec", "Intensity", "Supervisor"]
