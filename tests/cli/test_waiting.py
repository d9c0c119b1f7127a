"""Waiting until something holds."""

import pytest

from cli.waiting import wait_until_proven
from lotkeeper.service.errors import ServiceNotRunningError


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def wait(answers, timeout_s):
    """`answers` are what is missing, one a question; None where the status cannot be told."""
    clock, asked = Clock(), iter(answers)

    def ask():
        found = next(asked)
        return None if found is None else {"missing": found}

    lacking = wait_until_proven(ask, lambda status: status["missing"], timeout_s, clock=clock, sleep=clock.sleep)
    return lacking, clock.now - 100.0


def test_what_is_proven_is_not_waited_for():
    assert wait([{}], 10) == ({}, 0)


def test_it_asks_again_until_nothing_is_missing():
    assert wait([None, {"BTCUSDT": "loading"}, {}], 10) == ({}, pytest.approx(0.4))


def test_at_the_end_it_says_what_is_missing():
    assert wait([{"BTCUSDT": "loading"}] * 9, 1) == ({"BTCUSDT": "loading"}, pytest.approx(1))


def test_without_a_time_it_asks_once():
    assert wait([{"BTCUSDT": "loading"}], 0) == ({"BTCUSDT": "loading"}, 0)
    assert wait([None], 0)[0] == {"the status": "it cannot be asked for yet"}


def test_where_waiting_is_of_no_use_it_ends():
    def ask():
        raise ServiceNotRunningError("not running")

    with pytest.raises(ServiceNotRunningError):
        wait_until_proven(ask, lambda status: {}, 10)
