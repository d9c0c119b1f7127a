"""Which of many things have changed since somebody looked."""

from lotkeeper.trading.reports.change_log import ChangedNames, ChangeLog


def test_each_name_counts_once_the_last_change_first():
    log = ChangeLog(7, most=10)
    log.note(["a", "b"])
    begun = log.since(7, 0)
    assert begun == ChangedNames(7, 2, ("b", "a"))
    log.note(["a", "c", "a"])
    assert log.since(7, begun.number) == ChangedNames(7, 5, ("a", "c"))
    assert log.since(7, 5).names == ()


def test_of_another_series_or_of_the_future_nothing_is_known():
    log = ChangeLog(7, most=10)
    log.note(["a"])
    for series, number in ((6, 0), (8, 1), (0, 0), (7, 2), (7, -1)):
        assert log.since(series, number) == ChangedNames(7, 1, None)


def test_what_is_forgotten_is_not_known():
    log = ChangeLog(1, most=2)
    log.note(["a", "b", "c"])
    assert log.since(1, 0).names is None
    assert log.since(1, 1).names == ("c", "b")


def test_a_new_series_begins_with_nothing():
    log = ChangeLog(5, most=2)
    log.note(["a"])
    log.begin(5)
    assert log.since(5, 1) == ChangedNames(6, 0, None)
    assert log.since(6, 0).names == ()
