from lotkeeper.engine.supervision.heartbeat import Pulses


def looked_at(pulses: Pulses, moments: list[float], beats: list[int], patience: float = 10.0) -> list[bool]:
    found = []
    for moment, count in zip(moments, beats, strict=True):
        pulses.begin(moment)
        found.append(pulses.is_hung("a", count, patience, moment))
    return found


def test_who_handles_something_is_not_hung():
    moments = [2.0 * number for number in range(20)]
    assert not any(looked_at(Pulses(2.0), moments, list(range(20))))


def test_who_handles_nothing_is_hung_when_patience_is_over():
    moments = [2.0 * number for number in range(8)]
    assert looked_at(Pulses(2.0), moments, [5] * 8) == [False] * 6 + [True] * 2


def test_a_long_backlog_is_no_hang():
    moments = [2.0 * number for number in range(50)]
    assert not any(looked_at(Pulses(2.0), moments, [number // 4 for number in range(50)]))


def test_a_supervisor_that_was_stopped_itself_blames_nobody():
    pulses = Pulses(2.0)
    assert looked_at(pulses, [0.0, 2.0, 1000.0], [5, 5, 5]) == [False, False, False]
    assert looked_at(pulses, [1002.0, 1004.0], [5, 5]) == [False, False]
    assert looked_at(pulses, [1006.0, 1008.0, 1010.0, 1012.0], [5] * 4)[-1]


def test_the_next_life_begins_with_patience():
    pulses = Pulses(2.0)
    looked_at(pulses, [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0], [5] * 7)
    pulses.forget("a")
    assert looked_at(pulses, [14.0, 16.0], [5, 5]) == [False, False]
