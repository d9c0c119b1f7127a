"""How long fills have waited for their SELLs: counts by length of time, for each stage of the way."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

# Milliseconds; what took longer than the last is in a count of its own.
BOUNDS_MS = (5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 15_000, 60_000)


class Stage(StrEnum):
    """A part of the way from the first fill of a lot to its first SELL on the book."""

    TO_SEND = "to_send"  # from the fill, at the exchange, to the sending of the SELL by its keeper
    TO_ANSWER = "to_answer"  # from there to the exchange's answer in the hands of the keeper
    TOTAL = "total"  # from the fill to the SELL on the book, both by the exchange's own clock


@dataclass(frozen=True, slots=True)
class StageTimes:
    """How many lots took how long for a stage."""

    stage: Stage
    counts: tuple[int, ...]  # by BOUNDS_MS: up to each of them, and above the one before; at the end all longer ones
    sum_ms: int


class PlacingTimes:
    """Counts the lots of a pair since the start of its keeper."""

    def __init__(self) -> None:
        self._counts = {stage: [0] * (len(BOUNDS_MS) + 1) for stage in Stage}
        self._sums_ms = dict.fromkeys(Stage, 0)

    def note(self, stage: Stage, took_ms: int) -> None:
        """Clocks may differ by some milliseconds: less than nothing counts as nothing."""
        took_ms = max(0, took_ms)
        self._counts[stage][bisect_left(BOUNDS_MS, took_ms)] += 1
        self._sums_ms[stage] += took_ms

    def times(self) -> tuple[StageTimes, ...]:
        """All stages, also while nothing was counted."""
        return tuple(self._times())

    def _times(self) -> Iterator[StageTimes]:
        for stage in Stage:
            yield StageTimes(stage, tuple(self._counts[stage]), self._sums_ms[stage])
