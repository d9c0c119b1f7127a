"""What the Guardian and the pair supervisors do alike: report children to the Monitor, forward requests to children."""

from lotkeeper.engine.asking import Sender
from lotkeeper.engine.supervision import ChildStatus, Supervisor, TryAgain
from messages.control import CommandRefused
from messages.health import ChildReported

# A child that keeps dying is shown as given up and is started again after this time, while the others go on.
RETRY_LATER = TryAgain(30.0)


def child_report(status: ChildStatus) -> ChildReported:
    """The state of a child as the Monitor gets it."""
    return ChildReported(
        status.key, status.incarnation, status.restarts, str(status.state), status.reason, status.quarantined
    )


def forward_to_child(supervisor: Supervisor, key: str, message: object, sender: Sender, name: str) -> None:
    """Forwards a request to a child, which answers it; refuses it while the child is being restarted."""
    child = supervisor.child(key)
    if child is None:
        supervisor.reply(sender, CommandRefused(f"the {name} is being restarted; try again in a moment"))
    else:
        supervisor.forward(child, message, sender)
