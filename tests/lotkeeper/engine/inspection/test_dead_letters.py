"""The admin counts dead letters and keeps what the last ones were, not the messages."""

from lotkeeper.engine.asking import Ask, Ping
from lotkeeper.engine.inspection.dead_letters import DeadLetterBox


def test_they_are_counted_by_type_and_the_last_are_named():
    box = DeadLetterBox()
    for number in range(30):
        box.note("/run/a7-1.sock", Ask("1", f"text {number}"))
    box.note("/run/a8-1.sock", Ping())
    report = box.report()
    assert report.counts == {"str": 30, "Ping": 1}
    assert len(report.last) == 20
    assert (report.last[-1].path, report.last[-1].message) == ("/run/a8-1.sock", "Ping")


def test_without_any_there_are_none():
    assert DeadLetterBox().report().last == ()


def test_an_answer_to_a_client_that_has_left_is_none():
    box = DeadLetterBox()
    box.note("/run/c9-1-abc.sock", Ping())
    assert box.report().counts == {}
