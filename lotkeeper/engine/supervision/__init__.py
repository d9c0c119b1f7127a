"""Keeps children running as long as restarting helps: pure rules, and the actor that carries them out."""

from lotkeeper.engine.supervision.restart_policy import Backoff, Intensity
from lotkeeper.engine.supervision.spec import ChildSpec, ChildStatus, Escalate, LifeState, TryAgain
from lotkeeper.engine.supervision.supervisor import Supervisor

__all__ = [
    "Backoff",
    "ChildSpec",
    "ChildStatus",
    "Escalate",
    "Intensity",
    "LifeState",
    "Supervisor",
    "TryAgain",
]
