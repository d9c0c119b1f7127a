"""How long fills have waited for their SELLs."""

from lotkeeper.trading.reports.placing_times import BOUNDS_MS, PlacingTimes, Stage, StageTimes


def total(times: PlacingTimes) -> StageTimes:
    return next(each for each in times.times() if each.stage is Stage.TOTAL)


def test_each_length_is_counted_once_a_bound_belongs_to_what_is_below():
    times = PlacingTimes()
    for took_ms in (0, 5, 6, 60_000, 60_001):
        times.note(Stage.TOTAL, took_ms)
    assert total(times).counts == (2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1)
    assert total(times).sum_ms == 120_012


def test_clocks_that_differ_make_no_time_below_nothing():
    times = PlacingTimes()
    times.note(Stage.TOTAL, -40)
    assert (total(times).counts[0], total(times).sum_ms) == (1, 0)


def test_all_stages_begin_at_zero():
    assert [(each.stage, sum(each.counts), len(each.counts)) for each in PlacingTimes().times()] == [
        (stage, 0, len(BOUNDS_MS) + 1) for stage in Stage
    ]
