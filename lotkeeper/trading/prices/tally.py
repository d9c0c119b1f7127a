"""What became of each frame: counted by kind and reason, said once a kind, bounded whatever comes."""

from collections import Counter

_MOST_KINDS = 100
_MOST_CHARACTERS = 60
OTHERS = ("others", "more kinds than are told apart")


class Tally:
    """taken + the sum of refused = the frames that came."""

    def __init__(self) -> None:
        self.taken = 0
        self._refused: Counter[tuple[str, str]] = Counter()

    @property
    def refused(self) -> int:
        return self._refused.total()

    def refuse(self, kind: str, reason: str) -> bool:
        """Counts a frame that was not taken; whether it is the first of its kind and reason."""
        key = (_cut(kind), _cut(reason))
        if key not in self._refused and len(self._refused) >= _MOST_KINDS:
            key = OTHERS
        self._refused[key] += 1
        return self._refused[key] == 1

    def rows(self) -> tuple[tuple[str, str, int], ...]:
        """Kind, reason, count; the most frequent first."""
        return tuple((kind, reason, count) for (kind, reason), count in self._refused.most_common())


def _cut(text: str) -> str:
    return text[:_MOST_CHARACTERS]
