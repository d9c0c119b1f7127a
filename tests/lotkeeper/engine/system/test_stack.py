import resource

import pytest

from lotkeeper.engine.system.stack import PLAIN_STACK, run_with_large_frame

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


def test_no_loop_fetches_memory_for_each_of_its_calls_at_any_depth() -> None:
    found = [0] * 400
    run_with_large_frame(deeper, len(found) - 1, found)
    assert max(found) < _CALLS / 2


def test_arguments_are_passed_and_an_exit_is_raised() -> None:
    passed: list[int] = []
    run_with_large_frame(passed.append, 3)
    assert passed == [3]
    with pytest.raises(SystemExit):
        run_with_large_frame(exit_with, 4)


def test_without_the_large_frame_the_function_is_called_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLAIN_STACK, "1")
    passed: list[int] = []
    run_with_large_frame(passed.append, 3)
    assert passed == [3]


def exit_with(code: int) -> None:
    raise SystemExit(code)
