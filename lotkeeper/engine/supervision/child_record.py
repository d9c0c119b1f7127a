"""What is remembered of each child from one process to the next, and what of it is told to who asks."""

from dataclasses import dataclass, field
from typing import Any

from thespian.actors import ActorAddress, ChildActorExited

from lotkeeper.engine.asking import unwrap
from lotkeeper.engine.inspection.naming import SubjectReader, type_name
from lotkeeper.engine.inspection.questions import ChildVitals, Death
from lotkeeper.engine.supervision.quarantine import Quarantine
from lotkeeper.engine.supervision.spec import ChildStatus, LifeState
from lotkeeper.engine.system.child_process import ChildEnded, ChildProcess
from lotkeeper.engine.system.process_setup import INHERITANCE
from lotkeeper.engine.transport.message_format import unpack


@dataclass(slots=True)
class ChildRecord:
    """Of a child, whichever process it has."""

    key: str
    incarnation: int = 0
    starts: int = 0
    state: LifeState = LifeState.LOST
    reason: str = ""
    first_message: Any = None
    process: ChildProcess | None = None
    started_at: float = 0.0  # monotonic
    killed_for: str = ""  # why this supervisor has killed its process
    quarantine: Quarantine = field(default_factory=Quarantine)

    def begin_incarnation(self, wall_ns: int) -> None:
        """Another process is about to be made: its number is higher than that of any earlier one."""
        self.incarnation = max(self.incarnation + 1, wall_ns)
        self.starts += 1

    def status(self) -> ChildStatus:
        """As it is now."""
        banned = tuple(repr(each) for each in self.quarantine.banned)
        return ChildStatus(self.key, self.state, self.incarnation, max(0, self.starts - 1), self.reason, banned)

    def vitals(self, address: ActorAddress | None) -> ChildVitals:
        """For who asks how the actors are."""
        process, status = self.process, self.status()
        return ChildVitals(
            key=self.key,
            address=address,
            pid=None if process is None else process.pid,
            state=str(status.state),
            incarnation=status.incarnation,
            restarts=status.restarts,
            reason=status.reason,
            handled=0 if process is None else process.handled_count,
            is_waiting=process is not None and process.is_waiting,
            is_stopped=process is not None and process.is_stopped(),
            in_hand="" if process is None else _describe(_unpacked(process.current_message)),
        )

    def pop_death(self, death: ChildActorExited, at_ms: int, now: float) -> Death:
        """How its process ended, at that wall clock's and monotonic time, for who asks later."""
        how, killed_for, self.killed_for = how_ended(death), self.killed_for, ""
        return Death(
            key=self.key,
            pid=death.pid if isinstance(death, ChildEnded) else 0,
            incarnation=self.incarnation,
            how=f"{killed_for} and {how}" if killed_for else how,
            in_hand=_describe(current_message(death)),
            at_ms=at_ms,
            ran_s=round(now - self.started_at, 3),
        )


def how_ended(death: ChildActorExited) -> str:
    """For people."""
    return death.how if isinstance(death, ChildEnded) else "ended"


def current_message(death: ChildActorExited) -> Any:
    """What a child was handling when it died, unwrapped; None when that was nothing or cannot be known."""
    return _unpacked(death.current_message) if isinstance(death, ChildEnded) else None


def _unpacked(pickled: bytes | None) -> Any:
    try:
        return None if pickled is None else unwrap(unpack(pickled))
    except Exception:
        return None


def _describe(message: Any) -> str:
    """The type of a message and what it is about; empty for none."""
    if message is None:
        return ""
    subject = SubjectReader(INHERITANCE.subject_fields).read(message)
    return " ".join((type_name(message), *(f"{name}={value}" for name, value in subject.items())))
