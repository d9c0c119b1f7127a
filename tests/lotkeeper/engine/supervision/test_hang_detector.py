from dataclasses import dataclass

from lotkeeper.engine.supervision.hang_detector import QUIET, HangCheck, HangDetector

FINE, NEEDS_PING, HUNG = HangCheck.FINE, HangCheck.NEEDS_PING, HangCheck.HUNG


@dataclass
class ObservedChild:
    handled_count: int
    is_waiting: bool
    stopped: bool

    def is_stopped(self) -> bool:
        return self.stopped


def check_all(
    detector: HangDetector, moments: list[float], counts: list[int], is_waiting: bool = False, is_stopped: bool = False
) -> list[HangCheck]:
    found = []
    for moment, count in zip(moments, counts, strict=True):
        detector.begin_round(moment)
        found.append(detector.check("a", ObservedChild(count, is_waiting, is_stopped), 10.0, moment))
    return found


def every_two_seconds(count: int, begin: float = 0.0) -> list[float]:
    return [begin + 2.0 * number for number in range(count)]


def test_a_child_that_handles_messages_is_not_hung():
    assert check_all(HangDetector(2.0), every_two_seconds(20), list(range(20))) == [FINE] * 20


def test_a_child_that_handles_one_message_for_too_long_is_hung():
    assert check_all(HangDetector(2.0), every_two_seconds(8), [5] * 8) == [FINE] * 6 + [HUNG] * 2


def test_a_child_with_a_long_backlog_is_not_hung():
    assert check_all(HangDetector(2.0), every_two_seconds(50), [number // 4 for number in range(50)]) == [FINE] * 50


def test_a_waiting_child_is_left_alone_and_pinged_after_a_while():
    detector = HangDetector(2.0)
    assert check_all(detector, every_two_seconds(30), [5] * 30, is_waiting=True) == [FINE] * 30
    assert check_all(detector, [QUIET], [5], is_waiting=True) == [NEEDS_PING]
    assert check_all(detector, [QUIET + 2], [6], is_waiting=True) == [FINE]


def test_a_child_that_does_not_react_to_a_ping_is_hung():
    detector = HangDetector(2.0)
    check_all(detector, every_two_seconds(30), [5] * 30, is_waiting=True)
    assert check_all(detector, every_two_seconds(7, QUIET), [5] * 7, is_waiting=True) == [NEEDS_PING, *[FINE] * 5, HUNG]


def test_a_child_that_was_stopped_while_it_waited_is_found():
    detector = HangDetector(2.0)
    check_all(detector, every_two_seconds(6), [5] * 6, is_waiting=True)
    found = check_all(detector, every_two_seconds(11, 12.0), [5] * 11, is_waiting=True, is_stopped=True)
    assert found.index(HUNG) <= 10
    assert HUNG not in found[:6]


def test_a_child_that_was_stopped_for_a_moment_is_not_hung():
    detector = HangDetector(2.0)
    for begin in (0.0, 20.0, 40.0):
        assert HUNG not in check_all(detector, every_two_seconds(5, begin), [5] * 5, is_waiting=True, is_stopped=True)
        assert HUNG not in check_all(detector, every_two_seconds(5, begin + 10), [5] * 5, is_waiting=True)


def test_the_time_of_waiting_before_a_message_does_not_count():
    detector = HangDetector(2.0)
    check_all(detector, every_two_seconds(20), [5] * 20, is_waiting=True)
    assert check_all(detector, every_two_seconds(6, 40.0), [5] * 6, is_waiting=False) == [FINE] * 5 + [HUNG]


def test_a_supervisor_that_was_stopped_itself_finds_no_child_hung():
    detector = HangDetector(2.0)
    assert check_all(detector, [0.0, 2.0, 1000.0, 1002.0], [5] * 4) == [FINE] * 4
    assert check_all(detector, every_two_seconds(5, 1004.0), [5] * 5)[-1] is HUNG


def test_the_next_process_of_a_child_is_observed_from_the_beginning():
    detector = HangDetector(2.0)
    check_all(detector, every_two_seconds(7), [5] * 7)
    detector.forget("a")
    assert check_all(detector, [14.0, 16.0], [5, 5]) == [FINE, FINE]
