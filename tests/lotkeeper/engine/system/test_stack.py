"""Room on the interpreter's stack."""

import resource

import pytest

from lotkeeper.engine.system.stack import with_room

_CALLS = 100


def leaf() -> None:
    pass


def faults() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def deeper(levels: int, found: list[int]) -> None:
    """At each level the page faults of a loop that calls."""
    before = faults()
    for _ in range(_CALLS):
        leaf()
    found[levels] = faults() - before
    if levels:
        deeper(levels - 1, found)


def test_no_loop_pays_the_kernel_for_each_of_its_calls_however_deep_it_stands() -> None:
    found = [0] * 400
    with_room(deeper, len(found) - 1, found)
    assert max(found) < _CALLS / 2


def test_arguments_and_the_end_of_the_process_go_through() -> None:
    taken: list[int] = []
    with_room(taken.append, 3)
    assert taken == [3]
    with pytest.raises(SystemExit):
        with_room(exit_with, 4)


def exit_with(code: int) -> None:
    raise SystemExit(code)
