"""What both supervisors of the service share: they report the status of each child to the Monitor."""

from typing import Any

from lotkeeper.engine.supervision import ChildStatus, Supervisor
from messages.health import ChildReported


class ReportingSupervisor(Supervisor):
    """Everything else is the engine's."""

    def monitor(self) -> Any:
        """Where the Monitor is, None while it is being restarted."""
        raise NotImplementedError

    def on_child_status(self, status: ChildStatus) -> None:
        monitor = self.monitor()
        if monitor is not None:
            report = ChildReported(
                status.key, status.incarnation, status.restarts, str(status.state), status.reason, status.quarantined
            )
            self.send(monitor, report)

    def report_children(self) -> None:
        """Everything again: a new Monitor knows nothing."""
        for status in self.child_statuses():
            self.on_child_status(status)
