"""Whether a child is hung: pure rules over what its parent reads from shared memory, so that idle children sleep on."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

QUIET = 60.0  # seconds after which even one that waits is given something to handle
_EVERY_FIFTH = 5  # round it is looked at whether those that rest are stopped by a signal, which costs a little


class Finding(Enum):
    """What a look at a child's pulse says."""

    FINE = auto()
    PING = auto()  # it has been quiet for long: see whether it handles anything
    HUNG = auto()


class Feelable(Protocol):
    """A child's process, as far as its pulse tells."""

    @property
    def beats(self) -> int:
        """How much it has handled."""

    @property
    def rests(self) -> bool:
        """Whether it waits for something to do, or did when it was stopped."""

    def is_stopped(self) -> bool:
        """Whether a signal or a debugger keeps it from doing anything."""


@dataclass(slots=True)
class _Pulse:
    beats: int
    beat_at: float
    fine_at: float
    pinged_at: float | None = None
    is_suspect: bool = False


class Pulses:
    """How much each child had handled when it was last looked at; times in monotonic seconds."""

    def __init__(self, every: float) -> None:
        self._every = every
        self._felt_at: float | None = None
        self._round = 0
        self._pulses: dict[str, _Pulse] = {}

    def forget(self, key: str) -> None:
        """The child has died; its next life begins with patience."""
        self._pulses.pop(key, None)

    def begin(self, now: float) -> None:
        """A round of looking begins. If it comes late we were stopped ourselves, and the children with us: no blame."""
        late = self._felt_at is not None and now - self._felt_at > 2 * self._every
        self._felt_at = now
        self._round += 1
        if late:
            self._pulses.clear()

    def feel(self, key: str, child: Feelable, patience: float, now: float) -> Finding:
        """What is to be done about a child.

        One that has something in hand, or is stopped, for longer than `patience` seconds without handling anything is
        hung, and so is one that was pinged after a long rest and does not react.
        """
        pulse = self._pulses.get(key)
        if pulse is None or child.beats != pulse.beats:
            self._pulses[key] = _Pulse(child.beats, now, now)
            return Finding.FINE
        if pulse.pinged_at is not None:
            return Finding.HUNG if now - pulse.pinged_at > patience else Finding.FINE
        if not child.rests or self._found_stopped(pulse, child):
            return Finding.HUNG if now - pulse.fine_at > patience else Finding.FINE
        pulse.fine_at = now
        if now - pulse.beat_at < QUIET:
            return Finding.FINE
        pulse.pinged_at = now
        return Finding.PING

    def _found_stopped(self, pulse: _Pulse, child: Feelable) -> bool:
        if pulse.is_suspect or self._round % _EVERY_FIFTH == 0:
            pulse.is_suspect = child.is_stopped()
        return pulse.is_suspect
