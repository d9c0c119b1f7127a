"""How many frames were accepted and refused, by kind and reason, and how fast frames come."""

from collections import Counter

_MOST_KINDS = 100
_MOST_CHARACTERS = 60
_MOST_IN_A_BURST = 100
DENSE_PER_S = 40.0  # twice as many as prices are sent at most
OTHERS = ("others", "more kinds than are told apart")


class FrameCounters:
    """accepted + superseded + refused = all frames that came."""

    def __init__(self) -> None:
        self.accepted = 0
        self.superseded = 0  # not decoded, because a newer one made them worthless
        self.refused = 0
        self._refused: Counter[tuple[str, str]] = Counter()

    @property
    def total(self) -> int:
        return self.accepted + self.superseded + self.refused

    def count_refused(self, kind: str, reason: str) -> bool:
        """Counts a frame that was refused; whether it is the first of its kind and reason."""
        key = (_cut(kind), _cut(reason))
        if key not in self._refused and len(self._refused) >= _MOST_KINDS:
            key = OTHERS
        self._refused[key] += 1
        self.refused += 1
        return self._refused[key] == 1

    def rows(self) -> tuple[tuple[str, str, int], ...]:
        """Kind, reason, count; the most frequent first."""
        return tuple((kind, reason, count) for (kind, reason), count in self._refused.most_common())


class FrameRate:
    """How fast frames come, measured each second; times are seconds of a clock that never runs back."""

    def __init__(self) -> None:
        self._begun_s = float("-inf")
        self._frames = self._newest = 0
        self.per_s = 0.0

    def is_dense(self, frames: int, now_s: float) -> bool:
        """Whether so many came lately that it is better to read several at a time; `frames` is the total so far.

        Never in a burst: a sender that sends as much as can be read is read without a pause.
        """
        if now_s - self._begun_s >= 1.0:
            self.per_s = (frames - self._frames) / (now_s - self._begun_s)
            self._begun_s, self._frames = now_s, frames
        burst, self._newest = frames - self._newest, frames
        return self.per_s > DENSE_PER_S and burst < _MOST_IN_A_BURST


def _cut(text: str) -> str:
    return text[:_MOST_CHARACTERS]
