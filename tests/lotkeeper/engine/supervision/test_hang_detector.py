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
        detector.end_round()
    return found


def every_two_seconds(count: int, begin: float = 0.0) -> list[float]:
    return [begin + 2.0 * number for number in range(count)]


def test_a_child_that_handles_messages_is_not_hung():
    assert check_all(HangDetector(2.0, 2.0), every_two_seconds(20), list(range(20))) == [FINE] * 20


def test_a_child_that_handles_one_message_for_too_long_is_hung():
    assert check_all(HangDetector(2.0, 2.0), every_two_seconds(8), [5] * 8) == [FINE] * 6 + [HUNG] * 2


def test_a_child_with_a_long_backlog_is_not_hung():
    assert (
        check_all(HangDetector(2.0, 2.0), every_two_seconds(50), [number // 4 for number in range(50)]) == [FINE] * 50
    )


def test_a_waiting_child_is_left_alone_and_pinged_after_a_while():
    detector = HangDetector(2.0, 2.0)
    assert check_all(detector, every_two_seconds(30), [5] * 30, is_waiting=True) == [FINE] * 30
    assert check_all(detector, [QUIET], [5], is_waiting=True) == [NEEDS_PING]
    assert check_all(detector, [QUIET + 2], [6], is_waiting=True) == [FINE]


def test_a_child_that_does_not_react_to_a_ping_is_hung():
    detector = HangDetector(2.0, 2.0)
    check_all(detector, every_two_seconds(30), [5] * 30, is_waiting=True)
    assert check_all(detector, every_two_seconds(7, QUIET), [5] * 7, is_waiting=True) == [NEEDS_PING, *[FINE] * 5, HUNG]


def test_a_child_that_was_stopped_while_it_waited_is_found():
    detector = HangDetector(2.0, 2.0)
    check_all(detector, every_two_seconds(6), [5] * 6, is_waiting=True)
    found = check_all(detector, every_two_seconds(11, 12.0), [5] * 11, is_waiting=True, is_stopped=True)
    assert found.index(HUNG) <= 10
    assert HUNG not in found[:6]


def test_a_child_that_was_stopped_for_a_moment_is_not_hung():
    detector = HangDetector(2.0, 2.0)
    for begin in (0.0, 20.0, 40.0):
        assert HUNG not in check_all(detector, every_two_seconds(5, begin), [5] * 5, is_waiting=True, is_stopped=True)
        assert HUNG not in check_all(detector, every_two_seconds(5, begin + 10), [5] * 5, is_waiting=True)


def test_the_time_of_waiting_before_a_message_does_not_count():
    detector = HangDetector(2.0, 2.0)
    check_all(detector, every_two_seconds(20), [5] * 20, is_waiting=True)
    assert check_all(detector, every_two_seconds(6, 40.0), [5] * 6, is_waiting=False) == [FINE] * 5 + [HUNG]


def test_a_supervisor_that_was_stopped_itself_finds_no_child_hung():
    detector = HangDetector(2.0, 2.0)
    assert check_all(detector, [0.0, 2.0, 1000.0, 1002.0], [5] * 4) == [FINE] * 4
    assert check_all(detector, every_two_seconds(5, 1004.0), [5] * 5)[-1] is HUNG


def test_the_next_process_of_a_child_is_observed_from_the_beginning():
    detector = HangDetector(2.0, 2.0)
    check_all(detector, every_two_seconds(7), [5] * 7)
    detector.forget("a")
    assert check_all(detector, [14.0, 16.0], [5, 5]) == [FINE, FINE]


# Calm children

INTERVAL, CALM_INTERVAL = 5.0, 20.0


class Household:
    """Children that are checked when the detector wants it."""

    def __init__(self, *children: ObservedChild) -> None:
        self.children = children
        self.detector = HangDetector(INTERVAL, CALM_INTERVAL)
        self.now = 0.0

    def next_round(self, handled: int = 0) -> tuple[float, list[HangCheck]]:
        """One more round, before which the first child has handled so many messages: the pause after it, the checks."""
        self.children[0].handled_count += handled
        self.detector.begin_round(self.now)
        names = map(str, range(len(self.children)))
        checks = [
            self.detector.check(name, child, 10.0, self.now) for name, child in zip(names, self.children, strict=True)
        ]
        pause = self.detector.end_round()
        self.now += pause
        return pause, checks

    def become_calm(self) -> None:
        while self.next_round()[0] == INTERVAL:
            assert self.now <= 60


def waiting() -> ObservedChild:
    return ObservedChild(5, is_waiting=True, stopped=False)


def test_a_child_that_handles_next_to_nothing_is_checked_rarely():
    house = Household(waiting())
    assert [house.next_round()[0] for _ in range(5)] == [INTERVAL] * 4 + [CALM_INTERVAL]
    assert [house.next_round(handled=1)[0] for _ in range(3)] == [CALM_INTERVAL] * 3


def test_a_calm_child_stays_calm_through_what_comes_in_one_burst():
    """As in a comparison with the exchange, every two minutes."""
    house = Household(waiting())
    house.become_calm()
    bursts = [12 if number % 6 == 0 else 1 for number in range(30)]
    assert [house.next_round(handled=each)[0] for each in bursts] == [CALM_INTERVAL] * 30
    assert house.next_round(handled=13)[0] == INTERVAL
    assert house.next_round(handled=2)[0] == INTERVAL


def test_one_child_that_handles_more_has_all_checked_often():
    house = Household(waiting(), waiting())
    house.become_calm()
    assert [house.next_round(handled=each)[0] for each in (13, *([2] * 29))] == [INTERVAL] * 30


def test_a_child_that_handles_something_every_eight_seconds_is_not_calm():
    house = Household(waiting())
    for number in range(60):
        due = int(house.now + INTERVAL) // 8 - int(house.now) // 8
        assert house.next_round(handled=due)[0] == INTERVAL, number


def test_a_calm_child_that_begins_to_work_is_not_taken_for_hung():
    house = Household(waiting())
    house.become_calm()
    house.children[0].is_waiting = False  # a moment ago
    assert house.next_round() == (INTERVAL, [FINE])
    assert house.next_round(handled=1)[1] == [FINE]


def test_a_calm_child_that_hangs_or_is_stopped_is_found_after_two_more_rounds_at_most():
    for is_waiting, is_stopped in ((False, False), (True, True)):
        house = Household(waiting())
        house.become_calm()
        house.children[0].is_waiting, house.children[0].stopped = is_waiting, is_stopped
        begun = house.now - CALM_INTERVAL
        checks: list[HangCheck] = []
        while HUNG not in checks:
            checks += house.next_round()[1]
        assert house.now - INTERVAL - begun <= CALM_INTERVAL + 2 * INTERVAL


def test_a_calm_child_that_was_pinged_is_checked_soon():
    house = Household(waiting())
    pauses = []
    while NEEDS_PING not in (round_ := house.next_round())[1]:
        pauses.append(round_[0])
    assert CALM_INTERVAL in pauses
    assert round_[0] == INTERVAL
    assert house.next_round(handled=1)[1] == [FINE]


def test_a_round_that_comes_late_finds_no_calm_child_hung():
    house = Household(ObservedChild(5, is_waiting=True, stopped=False))
    house.become_calm()
    house.now += 1000
    house.children[0].is_waiting = False
    assert house.next_round()[1] == [FINE]
