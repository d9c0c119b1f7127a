"""When an alert is raised, and when it is over."""

from hypothesis import given
from hypothesis import strategies as st

from actors.alerts.alert import Told
from actors.alerts.book import RECOVERED_AFTER_MS, AlertBook
from lotkeeper.trading.alerts.states import AlertState
from lotkeeper.trading.trouble_kinds import RULES, Severity, TroubleKind
from tests.actors.alerts.examples import NOW_MS, cause

GRACE_MS = round(RULES[TroubleKind.DEGRADED].after_s * 1000)


def states(book: AlertBook) -> list[AlertState]:
    return [each.state for each in book]


def test_a_cause_raises_one_alert_however_often_it_is_found():
    book = AlertBook()
    assert book.take([cause(), cause()], NOW_MS)
    assert not book.take([cause(text="in other words")], NOW_MS + 5000)
    (alert,) = book
    assert (alert.number, alert.raised_ms, alert.cause.text) == (1, NOW_MS, "in other words")


def test_what_is_usual_for_a_moment_has_to_stand():
    book, degraded = AlertBook(), cause(TroubleKind.DEGRADED, "BTCUSDT")
    book.take([degraded], NOW_MS)
    book.take([degraded], NOW_MS + GRACE_MS - 1)
    assert not list(book)
    book.take([], NOW_MS + GRACE_MS - 1)
    book.take([degraded], NOW_MS + GRACE_MS)
    assert not list(book)
    book.take([degraded], NOW_MS + 2 * GRACE_MS)
    assert states(book) == [AlertState.RAISED]


def test_it_is_over_when_its_cause_has_been_away_for_long_enough():
    book = AlertBook()
    book.take([cause()], NOW_MS)
    book.take([], NOW_MS + RECOVERED_AFTER_MS - 1)
    book.take([cause()], NOW_MS + RECOVERED_AFTER_MS)
    assert states(book) == [AlertState.RAISED]
    assert book.take([], NOW_MS + 2 * RECOVERED_AFTER_MS)
    assert states(book) == [AlertState.RECOVERED]
    book.take([cause()], NOW_MS + 3 * RECOVERED_AFTER_MS)
    assert [each.number for each in book] == [2, 1]


def test_one_that_becomes_worse_is_raised_again_and_one_that_eases_is_not():
    book = AlertBook()
    book.take([cause(TroubleKind.BUDGET)], NOW_MS)
    book.acknowledge([1], "kim", NOW_MS)
    assert book.take([cause(TroubleKind.BUDGET, severity=Severity.CRITICAL)], NOW_MS)
    assert states(book) == [AlertState.RAISED]
    book.acknowledge([1], "kim", NOW_MS)
    assert not book.take([cause(TroubleKind.BUDGET)], NOW_MS)
    assert states(book) == [AlertState.ACKNOWLEDGED]


def test_only_what_is_open_can_be_acknowledged():
    book = AlertBook()
    book.take([cause(), cause(TroubleKind.HELD)], NOW_MS)
    book.take([cause()], NOW_MS + RECOVERED_AFTER_MS)
    acknowledged = book.acknowledge([1, 2, 9], "kim", NOW_MS)
    assert (acknowledged, book.numbered(2)) == (1, None)
    assert (book.open[0].acknowledged_by, book.open[0].acknowledged_ms) == ("kim", NOW_MS)


def test_the_most_severe_comes_first():
    book = AlertBook()
    book.take([cause(TroubleKind.HELD), cause(TroubleKind.KILL_SWITCH), cause(TroubleKind.PAUSED)], NOW_MS)
    assert [each.cause.kind for each in book.open] == [TroubleKind.KILL_SWITCH, TroubleKind.HELD, TroubleKind.PAUSED]


def test_what_was_delivered_is_noted_also_of_what_is_over_or_forgotten():
    book = AlertBook()
    book.take([cause(), cause(TroubleKind.HELD)], NOW_MS)
    book.take([cause()], NOW_MS + RECOVERED_AFTER_MS)
    book.note_delivered(
        "phone", {1: Told(5, Severity.CRITICAL), 2: Told(5, Severity.WARNING, True), 9: Told(5, Severity.INFO)}
    )
    assert {each.number: (each.state, each.told["phone"].is_over) for each in book} == {
        1: (AlertState.DELIVERED, False),
        2: (AlertState.RECOVERED, True),
    }


def over_and_over(*, is_told: bool) -> AlertBook:
    """Five hundred alerts, one after the other; a channel tells of each that it is over, or of none."""
    book = AlertBook()
    for turn in range(500):
        book.take([cause(TroubleKind.HELD, str(turn))], NOW_MS + turn * RECOVERED_AFTER_MS)
        if is_told:
            book.note_delivered("phone", {each.number: Told(1, Severity.WARNING, not each.is_open) for each in book})
    return book


def test_of_what_is_told_to_be_over_only_the_newest_are_kept():
    book = over_and_over(is_told=True)
    assert len(book.over) <= 201
    book.take([], NOW_MS + 100 * 86_400_000)
    book.note_delivered("phone", {each.number: Told(1, Severity.WARNING, is_over=True) for each in book})
    book.take([], NOW_MS + 102 * 86_400_000)
    assert list(book) == []


def test_what_a_channel_has_to_tell_yet_is_kept():
    assert len(over_and_over(is_told=False).over) == 499


def test_what_a_channel_owes_is_kept_until_it_has_told_it():
    """Longer than for people who look later: the channel may be away for days."""
    book, day_ms = AlertBook(), 86_400_000
    book.take([cause(TroubleKind.HELD, each) for each in "abc"], NOW_MS)
    book.note_delivered("phone", {1: Told(NOW_MS, Severity.WARNING)})
    book.note_attempted("phone", [2])
    for days in (1, 3, 29):
        book.take([], NOW_MS + days * day_ms)
    assert [each.number for each in book.over] == [2, 1]
    book.note_delivered("phone", {each: Told(NOW_MS, Severity.WARNING, is_over=True) for each in (1, 2)})
    book.take([], NOW_MS + 29 * day_ms)
    assert list(book) == []


def test_one_that_becomes_worse_is_not_acknowledged_any_more():
    book = AlertBook()
    book.take([cause(TroubleKind.BUDGET)], NOW_MS)
    book.acknowledge([1], "kim", NOW_MS, "known")
    book.take([cause(TroubleKind.BUDGET, severity=Severity.CRITICAL)], NOW_MS)
    (alert,) = book
    assert (alert.acknowledged_ms, alert.acknowledged_by, alert.acknowledged_why) == (None, "", "")


def test_what_was_open_before_a_restart_was_never_away():
    """The Monitor finds it again a moment later, or not."""
    before = AlertBook()
    before.take([cause(), cause(TroubleKind.HELD)], NOW_MS)
    later_ms = NOW_MS + 10 * RECOVERED_AFTER_MS
    book = AlertBook(before, before.last_number, later_ms)
    book.take([cause()], later_ms + 1)
    assert [each.number for each in book.open] == [1, 2]
    book.take([cause()], later_ms + RECOVERED_AFTER_MS)
    assert [each.number for each in book.open] == [1]


@given(st.lists(st.tuples(st.frozensets(st.sampled_from("abc")), st.integers(0, 60)), max_size=40))
def test_whatever_happens_each_cause_has_one_open_alert_at_most(steps):
    """And what was found last is open or stands in its grace; what has been away for long is over."""
    book, now_ms, seen = AlertBook(), NOW_MS, {}
    for subjects, seconds in steps:
        now_ms += seconds * 1000
        book.take([cause(TroubleKind.HELD, each) for each in subjects], now_ms)
        seen.update(dict.fromkeys(subjects, now_ms))
        open_now = [each.cause.subject for each in book.open]
        assert sorted(open_now) == sorted(set(open_now))
        assert subjects <= set(open_now)
        assert all(now_ms - seen[each] < RECOVERED_AFTER_MS for each in open_now)
    numbers = [each.number for each in book]
    assert len(numbers) == len(set(numbers))
