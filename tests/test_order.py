"""The longest tests begin first, and none gets lost."""

import pytest

from tests.order import longest_first


def test_the_longest_ones_begin_the_part_of_each_worker_and_the_others_keep_their_order() -> None:
    tests = [("a", 0), ("b", 30), ("c", 0), ("d", 0), ("e", 90), ("f", 0), ("g", 60), ("h", 0)]
    assert longest_first(tests, 2) == ["e", "b", "a", "c", "g", "d", "f", "h"]


@pytest.mark.parametrize("workers", [1, 2, 3, 7])
@pytest.mark.parametrize("count", range(9))
def test_each_test_stays_once(count: int, workers: int) -> None:
    for every in (1, 2, 3, 10):
        tests = [(number, float(number % every == 0) * (number + 1)) for number in range(count)]
        assert sorted(longest_first(tests, workers)) == list(range(count))
