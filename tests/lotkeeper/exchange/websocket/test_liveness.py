"""Alive, doubtful or dead, by what was heard and when."""

import pytest

from lotkeeper.exchange.websocket.liveness import Alive, Clocks, Dead, Doubtful

SILENT_AFTER_S = 60.0


def test_an_open_connection_is_given_the_time_of_a_silence():
    clocks = Clocks.starting(1000.0)
    assert clocks.verdict(1030.0, SILENT_AFTER_S) == Alive()
    assert clocks.verdict(1030.1, SILENT_AFTER_S) == Doubtful("not a byte for 30 s")
    assert clocks.verdict(1060.1, SILENT_AFTER_S) == Dead("not a byte for 60 s")


def test_every_byte_is_a_sign_of_life():
    clocks = Clocks.starting(0.0).heard(50.0, pinged=False)
    assert clocks.verdict(74.0, SILENT_AFTER_S) == Alive()
    assert isinstance(clocks.verdict(110.1, SILENT_AFTER_S), Dead)


def test_data_without_pings_is_doubted():
    clocks = Clocks.starting(0.0).heard(20.0, pinged=True).heard(96.0, pinged=False)
    assert clocks.verdict(94.9, SILENT_AFTER_S) == Alive()
    assert clocks.verdict(96.0, SILENT_AFTER_S) == Doubtful("data, but no ping for 76 s")


@pytest.mark.parametrize("silent_after_s", [0.5, 60.0, 3600.0])
def test_a_connection_that_pings_lives_for_ever(silent_after_s):
    clocks = Clocks.starting(0.0)
    for step in range(1, 1000):
        now = step * silent_after_s / 3
        clocks = clocks.heard(now, pinged=True)
        assert clocks.verdict(now + silent_after_s / 3, silent_after_s) == Alive()
    assert clocks.age_s(now) == now


def test_at_the_beginning_it_is_asked_once_whether_pings_are_answered():
    clocks = Clocks.starting(0.0)
    assert clocks.wants_ping(0.0, SILENT_AFTER_S)
    busy = clocks.asked(0.0).heard(0.1, ponged=True).heard(1.0)
    assert not busy.wants_ping(1.0, SILENT_AFTER_S)
    muted = busy.asked(6.0)  # never silent before
    assert isinstance(muted.verdict(11.0, SILENT_AFTER_S), Doubtful)


def test_in_silence_it_is_asked_and_an_answer_is_a_sign_of_life():
    clocks = Clocks.starting(0.0).asked(0.0).heard(0.0)
    assert not clocks.wants_ping(4.9, SILENT_AFTER_S)
    assert clocks.wants_ping(5.0, SILENT_AFTER_S)
    asked = clocks.asked(5.0)
    assert not asked.wants_ping(30.0, SILENT_AFTER_S)  # one at a time
    answered = asked.heard(5.1, ponged=True)
    assert answered.verdict(10.0, SILENT_AFTER_S) == Alive()
    assert answered.wants_ping(10.1, SILENT_AFTER_S)


def test_who_has_answered_before_and_does_not_now_is_doubted_soon():
    clocks = Clocks.starting(0.0).asked(5.0).heard(5.1, ponged=True).asked(10.0)
    assert clocks.verdict(14.9, SILENT_AFTER_S) == Alive()
    assert clocks.verdict(15.0, SILENT_AFTER_S) == Doubtful("no answer to a ping for 5 s")
    assert clocks.heard(15.1).verdict(16.0, SILENT_AFTER_S) == Alive()


def test_who_never_answered_a_ping_is_not_blamed_for_it():
    assert Clocks.starting(0.0).asked(5.0).verdict(29.0, SILENT_AFTER_S) == Alive()


def test_a_short_patience_asks_sooner():
    asked = Clocks.starting(0.0).asked(0.0).heard(0.0)
    assert not asked.wants_ping(0.9, 4.0)
    assert asked.wants_ping(1.0, 4.0)
