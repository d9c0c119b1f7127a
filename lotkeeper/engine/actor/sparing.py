"""Saying the same thing now and then, instead of a thousand times a second."""

_EVERY = 1.0  # seconds


class Sparing:
    """Counts what happens, by kind, and says when it is to be told."""

    def __init__(self) -> None:
        self._told_at: dict[str, float] = {}
        self._untold: dict[str, int] = {}

    def count(self, kind: str, now: float) -> int:
        """One more of that kind; how many have happened since the last time it was told, or 0 when it is too soon."""
        self._untold[kind] = self._untold.get(kind, 0) + 1
        if now - self._told_at.get(kind, -_EVERY) < _EVERY:
            return 0
        self._told_at[kind] = now
        return self._untold.pop(kind)
