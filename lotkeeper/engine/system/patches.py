"""The few places where Thespian has to be changed from outside, because nothing of it can be overridden there."""

import os
from pathlib import Path

from thespian.system import multiprocCommon, transport, utilis

from lotkeeper.engine.system.manager import actor_main

_LOG = "thespian.log"


def install() -> None:
    """Applies them; once or more often."""
    multiprocCommon.startChild = actor_main
    # Thespian renders every message to text, three times a hop, for a debug line that is not written.
    transport.TransmitIntent.__str__ = lambda intent: f"{type(intent.message).__name__} to {intent.targetAddr}"
    transport.ReceiveEnvelope.__str__ = lambda envelope: f"{type(envelope.message).__name__} from {envelope.sender}"
    transport.TransmitIntent.identify = transport.ReceiveEnvelope.identify = lambda either: either


def log_into(directory: Path) -> None:
    """Sends Thespian's own small log into the system's directory instead of one that all users share."""
    path = os.path.join(directory, _LOG)
    utilis._thesplog_file, utilis._thesplog_old_file = path, f"{path}.old"
