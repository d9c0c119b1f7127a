"""The order in which the tests of a run begin: what takes longest first, so that no worker is left alone with it.

`pytest.mark.takes(seconds)` says so of a test; not of one whose costly fixture serves its whole module, for each worker
that gets one of these tests makes it again. xdist gives each worker an equal part of the list, and lets those that have
finished take from the ends of the others' parts: the longest tests stand at the beginning of each part.
"""

from collections.abc import Sequence
from typing import TypeVar

import pytest

Test = TypeVar("Test")


def begin_with_the_longest(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Changes nothing where there are no workers, as when somebody looks at one file."""
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    if workers > 1:
        items[:] = longest_first([(each, _seconds(each)) for each in items], workers)


def longest_first(tests: Sequence[tuple[Test, float]], workers: int) -> list[Test]:
    """The same tests, each given with its seconds: those of 0 stay in their order, the others begin a worker's part."""
    sizes = [(len(tests) + number) // workers for number in range(workers)]  # as xdist has them: the smaller first
    parts: list[list[Test]] = [[] for _ in sizes]
    for test, _ in sorted((each for each in tests if each[1]), key=lambda each: -each[1]):
        with_room = [number for number in range(workers) if len(parts[number]) < sizes[number]]
        parts[min(with_room, key=lambda number: len(parts[number]))].append(test)
    others = [test for test, takes in tests if not takes]
    ordered: list[Test] = []
    for part, size in zip(parts, sizes, strict=True):
        taken = size - len(part)
        ordered += [*part, *others[:taken]]
        del others[:taken]
    return ordered


def _seconds(item: pytest.Item) -> float:
    mark = item.get_closest_marker("takes")
    return float(mark.args[0]) if mark else 0.0
