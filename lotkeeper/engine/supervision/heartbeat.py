"""Whether a child is hung: pure rules over how much it has handled, which its parent reads from shared memory."""

from dataclasses import dataclass


@dataclass(slots=True)
class _Pulse:
    beats: int
    alive_at: float


class Pulses:
    """How much each child had handled when it was last looked at; times in monotonic seconds."""

    def __init__(self, every: float) -> None:
        self._every = every
        self._felt_at: float | None = None
        self._pulses: dict[str, _Pulse] = {}

    def forget(self, key: str) -> None:
        """The child has died; its next life begins with patience."""
        self._pulses.pop(key, None)

    def begin(self, now: float) -> None:
        """A round of looking begins. If it comes late we were stopped ourselves, and the children with us: no blame."""
        late = self._felt_at is not None and now - self._felt_at > 2 * self._every
        self._felt_at = now
        if late:
            self._pulses.clear()

    def is_hung(self, key: str, beats: int, patience: float, now: float) -> bool:
        """Whether a child, which has handled so much, has handled nothing for longer than `patience` seconds."""
        pulse = self._pulses.get(key)
        if pulse is None or beats != pulse.beats:
            self._pulses[key] = _Pulse(beats, now)
            return False
        return now - pulse.alive_at > patience
