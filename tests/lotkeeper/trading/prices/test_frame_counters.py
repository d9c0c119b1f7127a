from lotkeeper.trading.prices.frame_counters import OTHERS, FrameCounters, FrameRate


def test_each_kind_and_reason_is_counted_and_new_once():
    tally = FrameCounters()
    assert tally.count_refused("bookTicker", "crossed")
    assert not tally.count_refused("bookTicker", "crossed")
    assert tally.count_refused("bookTicker", "an empty side")
    assert tally.rows() == (("bookTicker", "crossed", 2), ("bookTicker", "an empty side", 1))
    assert tally.refused == 3


def test_kinds_without_end_are_bounded_and_none_goes_uncounted():
    tally = FrameCounters()
    kinds = ("x" * 70_000 + str(number) if number % 2 else str(number) for number in range(1000))
    assert sum(tally.count_refused(kind, "unknown") for kind in kinds) <= 101
    assert len(tally.rows()) <= 101
    assert tally.refused == 1000
    assert OTHERS in {row[:2] for row in tally.rows()}
    assert all(len(kind) <= 60 for kind, _, _ in tally.rows())


def test_frames_are_thick_when_the_last_second_had_many():
    pace = FrameRate()
    assert not pace.is_dense(0, 100.0)
    assert [pace.is_dense(number, 100.0 + number / 50) for number in range(1, 50)] == [False] * 49
    assert pace.is_dense(50, 101.0)
    assert pace.is_dense(53, 101.9)
    assert not pace.is_dense(55, 102.0)


def test_a_burst_is_read_to_its_end():
    pace = FrameRate()
    pace.is_dense(0, 100.0)
    assert not pace.is_dense(1_000, 101.0)
    assert pace.is_dense(1_001, 101.1)
