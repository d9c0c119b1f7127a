"""Alive, doubtful or dead, by what arrived and when."""

import pytest

from lotkeeper.exchange.websocket.liveness import Alive, Dead, Doubtful, Liveness

SILENT_AFTER_S = 60.0


def test_a_silent_connection_is_doubtful_first_and_dead_later():
    connection = Liveness.starting(1000.0)
    assert connection.verdict(1030.0, SILENT_AFTER_S) == Alive()
    assert connection.verdict(1030.1, SILENT_AFTER_S) == Doubtful("not a byte for 30 s")
    assert connection.verdict(1060.1, SILENT_AFTER_S) == Dead("not a byte for 60 s")


def test_every_byte_is_a_sign_of_life():
    connection = Liveness.starting(0.0).heard(50.0, pinged=False)
    assert connection.verdict(74.0, SILENT_AFTER_S) == Alive()
    assert isinstance(connection.verdict(110.1, SILENT_AFTER_S), Dead)


def test_data_without_pings_is_doubtful():
    connection = Liveness.starting(0.0).heard(20.0, pinged=True).heard(96.0, pinged=False)
    assert connection.verdict(94.9, SILENT_AFTER_S) == Alive()
    assert connection.verdict(96.0, SILENT_AFTER_S) == Doubtful("data, but no ping for 76 s")


@pytest.mark.parametrize("silent_after_s", [0.5, 60.0, 3600.0])
def test_a_connection_that_pings_lives_for_ever(silent_after_s):
    connection = Liveness.starting(0.0)
    for step in range(1, 1000):
        now = step * silent_after_s / 3
        connection = connection.heard(now, pinged=True)
        assert connection.verdict(now + silent_after_s / 3, silent_after_s) == Alive()
    assert connection.age_s(now) == now


def test_one_ping_at_the_beginning_shows_whether_the_server_answers():
    connection = Liveness.starting(0.0)
    assert connection.wants_ping(0.0, SILENT_AFTER_S)
    busy = connection.asked(0.0).heard(0.1, ponged=True).heard(1.0)
    assert not busy.wants_ping(1.0, SILENT_AFTER_S)
    muted = busy.asked(6.0)  # never silent before
    assert isinstance(muted.verdict(11.0, SILENT_AFTER_S), Doubtful)


def test_in_silence_a_ping_is_sent_and_its_answer_is_a_sign_of_life():
    connection = Liveness.starting(0.0).asked(0.0).heard(0.0)
    assert not connection.wants_ping(4.9, SILENT_AFTER_S)
    assert connection.wants_ping(5.0, SILENT_AFTER_S)
    asked = connection.asked(5.0)
    assert not asked.wants_ping(30.0, SILENT_AFTER_S)  # one at a time
    answered = asked.heard(5.1, ponged=True)
    assert answered.verdict(10.0, SILENT_AFTER_S) == Alive()
    assert answered.wants_ping(10.1, SILENT_AFTER_S)


def test_a_server_that_answered_before_and_does_not_now_is_doubtful_soon():
    connection = Liveness.starting(0.0).asked(5.0).heard(5.1, ponged=True).asked(10.0)
    assert connection.verdict(14.9, SILENT_AFTER_S) == Alive()
    assert connection.verdict(15.0, SILENT_AFTER_S) == Doubtful("no answer to a ping for 5 s")
    assert connection.heard(15.1).verdict(16.0, SILENT_AFTER_S) == Alive()


def test_a_server_that_never_answered_a_ping_need_not_answer_now():
    assert Liveness.starting(0.0).asked(5.0).verdict(29.0, SILENT_AFTER_S) == Alive()


def test_a_short_silence_limit_sends_pings_sooner():
    asked = Liveness.starting(0.0).asked(0.0).heard(0.0)
    assert not asked.wants_ping(0.9, 4.0)
    assert asked.wants_ping(1.0, 4.0)
