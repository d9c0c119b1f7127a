from dataclasses import dataclass

from lotkeeper.engine.supervision.heartbeat import QUIET, Finding, Pulses

FINE, PING, HUNG = Finding.FINE, Finding.PING, Finding.HUNG


@dataclass
class Child:
    beats: int
    rests: bool
    stopped: bool

    def is_stopped(self) -> bool:
        return self.stopped


def felt(
    pulses: Pulses, moments: list[float], beats: list[int], rests: bool = False, is_stopped: bool = False
) -> list[Finding]:
    found = []
    for moment, count in zip(moments, beats, strict=True):
        pulses.begin(moment)
        found.append(pulses.feel("a", Child(count, rests, is_stopped), 10.0, moment))
    return found


def every_two_seconds(count: int, begin: float = 0.0) -> list[float]:
    return [begin + 2.0 * number for number in range(count)]


def test_who_handles_something_is_not_hung():
    assert felt(Pulses(2.0), every_two_seconds(20), list(range(20))) == [FINE] * 20


def test_who_has_something_in_hand_for_too_long_is_hung():
    assert felt(Pulses(2.0), every_two_seconds(8), [5] * 8) == [FINE] * 6 + [HUNG] * 2


def test_a_long_backlog_is_no_hang():
    assert felt(Pulses(2.0), every_two_seconds(50), [number // 4 for number in range(50)]) == [FINE] * 50


def test_who_rests_is_left_alone_and_pinged_once_in_a_while():
    pulses = Pulses(2.0)
    assert felt(pulses, every_two_seconds(30), [5] * 30, rests=True) == [FINE] * 30
    assert felt(pulses, [QUIET], [5], rests=True) == [PING]
    assert felt(pulses, [QUIET + 2], [6], rests=True) == [FINE]


def test_who_does_not_react_to_a_ping_is_hung():
    pulses = Pulses(2.0)
    felt(pulses, every_two_seconds(30), [5] * 30, rests=True)
    assert felt(pulses, every_two_seconds(7, QUIET), [5] * 7, rests=True) == [PING, *[FINE] * 5, HUNG]


def test_who_was_stopped_while_it_rested_is_found():
    pulses = Pulses(2.0)
    felt(pulses, every_two_seconds(6), [5] * 6, rests=True)
    found = felt(pulses, every_two_seconds(11, 12.0), [5] * 11, rests=True, is_stopped=True)
    assert found.index(HUNG) <= 10
    assert HUNG not in found[:6]


def test_who_was_stopped_for_a_moment_is_not_blamed():
    pulses = Pulses(2.0)
    for begin in (0.0, 20.0, 40.0):
        assert HUNG not in felt(pulses, every_two_seconds(5, begin), [5] * 5, rests=True, is_stopped=True)
        assert HUNG not in felt(pulses, every_two_seconds(5, begin + 10), [5] * 5, rests=True)


def test_a_rest_before_it_does_not_count():
    pulses = Pulses(2.0)
    felt(pulses, every_two_seconds(20), [5] * 20, rests=True)
    assert felt(pulses, every_two_seconds(6, 40.0), [5] * 6, rests=False) == [FINE] * 5 + [HUNG]


def test_a_supervisor_that_was_stopped_itself_blames_nobody():
    pulses = Pulses(2.0)
    assert felt(pulses, [0.0, 2.0, 1000.0, 1002.0], [5] * 4) == [FINE] * 4
    assert felt(pulses, every_two_seconds(5, 1004.0), [5] * 5)[-1] is HUNG


def test_the_next_life_begins_with_patience():
    pulses = Pulses(2.0)
    felt(pulses, every_two_seconds(7), [5] * 7)
    pulses.forget("a")
    assert felt(pulses, [14.0, 16.0], [5, 5]) == [FINE, FINE]
