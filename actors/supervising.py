"""What both supervisors of the service share: they report each new life of a child, and give up on none for good."""

from dataclasses import dataclass
from typing import Any

from lotkeeper.engine.supervision import ChildSpec, Supervisor
from messages.health import ChildReported

_TRY_AGAIN_S = 30.0


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Wake-up: a child that was given up gets another chance."""

    spec: ChildSpec


class ReportingSupervisor(Supervisor):
    """Counts lives for the Monitor. A child that restarting does not help is loud, and tried again after a while."""

    def __init__(self) -> None:
        super().__init__()
        self._lives: dict[str, int] = {}
        self._specs: dict[str, ChildSpec] = {}

    def monitor(self) -> Any:
        """Where the Monitor is, None while it is being restarted."""
        raise NotImplementedError

    def keep(self, spec: ChildSpec) -> None:
        self._specs[spec.key] = spec
        self.supervise(spec)

    def report_child(self, key: str, incarnation: int, state: str, reason: str = "") -> None:
        monitor = self.monitor()
        if monitor is not None:
            self.send(monitor, ChildReported(key, incarnation, self._lives.get(key, 1) - 1, state, reason))

    def report_children(self) -> None:
        """Everything again: a new Monitor knows nothing."""
        for key in self.children_by_key():
            self.report_child(key, self.incarnation(key), "running")

    def count_life(self, key: str, incarnation: int) -> None:
        self._lives[key] = self._lives.get(key, 0) + 1
        self.report_child(key, incarnation, "running")

    def on_gave_up(self, key: str, reason: str) -> None:
        self.log.error("gave up on %s: it %s; tried again in %.0f s", key, reason, _TRY_AGAIN_S)
        self.report_child(key, 0, "given up", reason)
        self.wake_in(_TRY_AGAIN_S, TryAgain(self._specs[key]))

    def on_wakeup(self, payload: Any) -> None:
        if isinstance(payload, TryAgain) and self.child(payload.spec.key) is None:
            self.supervise(payload.spec)
