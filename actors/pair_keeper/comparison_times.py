"""When a pair whose stream is proven compares with the exchange: every two minutes.

The keepers of many pairs start together. If each counted from its last comparison, all would compare in the same
minute of every two. So each has its own moment of the two minutes, and comes back to it after comparisons in between.
"""

from messages.lifecycle import KeeperPace

EVERY_S = 120.0
_SAME_MOMENT_S = 0.01  # more than sums of floats are off
_SOONEST_S = 30.0  # after the last comparison: what is due at the pair's moment before that was just done


class ComparisonTimes:
    """All moments are monotonic seconds."""

    def __init__(self, pace: KeeperPace) -> None:
        self._at_s = pace.compares_at_s
        self._began_s = 0.0

    def start(self, now_s: float) -> None:
        """The keeper starts: its moment counts from here."""
        self._began_s = now_s

    def next_after(self, begun_s: float) -> float:
        """When the comparison is due that follows the one begun at `begun_s`: two minutes later at the latest."""
        if self._at_s is None or begun_s < self._began_s:
            return begun_s + EVERY_S
        to_moment_s = (self._began_s + self._at_s - begun_s) % EVERY_S
        if to_moment_s < _SAME_MOMENT_S:  # this one was due at it
            to_moment_s += EVERY_S
        return begun_s + max(to_moment_s, _SOONEST_S)
