"""What both supervisors of the service share: they tell the Monitor of each life of a child."""

from typing import Any

from lotkeeper.engine.supervision import Life, Supervisor
from messages.health import ChildReported


class ReportingSupervisor(Supervisor):
    """Everything else is the engine's."""

    def monitor(self) -> Any:
        """Where the Monitor is, None while it is being restarted."""
        raise NotImplementedError

    def on_life(self, life: Life) -> None:
        monitor = self.monitor()
        if monitor is not None:
            report = ChildReported(
                life.key, life.incarnation, life.restarts, str(life.state), life.reason, life.quarantined
            )
            self.send(monitor, report)

    def report_children(self) -> None:
        """Everything again: a new Monitor knows nothing."""
        for life in self.lives():
            self.on_life(life)
