"""When a system that fails is started again, and when it may be slow to answer."""

import time

import pytest

from lotkeeper.engine.errors import AskTimedOutError, StartFailedError
from lotkeeper.service import system_starts
from lotkeeper.service.errors import ServiceError
from lotkeeper.service.system_starts import SystemStarts


class SlowSystem:
    """An actor system that lets pings wait: `answers` says of each whether it is answered."""

    def __init__(self, *answers: bool) -> None:
        self.answers = list(answers)

    def ping(self, seconds: float) -> None:
        if not self.answers.pop(0):
            raise AskTimedOutError("no answer to Ping within 5 s")


def pinged(starts: SystemStarts, *answers: bool) -> int:
    """How many pings a system gets that answers these, until one without an answer ends it."""
    system = SlowSystem(*answers)
    try:
        while system.answers:
            starts.has_answered(system)
    except AskTimedOutError:
        pass
    return len(answers) - len(system.answers)


def test_a_system_that_starts_on_a_slow_machine_may_miss_some_pings_in_a_row():
    starts = SystemStarts()
    starts.note_start()
    assert pinged(starts, False, False, False, True, False, False, False, True) == 8
    assert pinged(starts, *[False] * 6, True) == 4


def test_a_new_start_begins_to_count_anew():
    starts = SystemStarts()
    for _ in range(2):
        starts.note_start()
        assert pinged(starts, False, False, False) == 3


def test_later_a_ping_without_an_answer_ends_the_system_at_once():
    starts = SystemStarts()
    starts.note_start()
    starts._started_at = [time.monotonic() - 61]
    assert pinged(starts, True, False, True) == 2


def fail(starts: SystemStarts, times: int) -> None:
    for _ in range(times):
        starts.note_start()
        starts.note_failure(StartFailedError("the system did not come up"))


def test_a_system_that_fails_again_and_again_is_given_up():
    starts = SystemStarts()
    fail(starts, 4)
    with pytest.raises(ServiceError, match="failed 5 times in 60 s: the system did not come up"):
        fail(starts, 1)


def test_starts_of_long_ago_do_not_count(monkeypatch):
    clock = iter(range(0, 10_000, 30))
    monkeypatch.setattr(system_starts.time, "monotonic", lambda: float(next(clock)))
    fail(SystemStarts(), 10)
