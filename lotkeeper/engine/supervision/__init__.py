"""Actors that keep their children alive, as far as restarting helps: rules without I/O, and an actor that obeys."""

from lotkeeper.engine.supervision.lives import Life, LifeState
from lotkeeper.engine.supervision.restarting import Backoff, Intensity
from lotkeeper.engine.supervision.spec import ChildSpec, Escalate, TryAgain
from lotkeeper.engine.supervision.supervisor import Supervisor

__all__ = [
    "Backoff",
    "ChildSpec",
    "Escalate",
    "Intensity",
    "Life",
    "LifeState",
    "Supervisor",
    "TryAgain",
]
