"""What is said of incidents, and when."""

from actors.monitor.incident_log import IncidentLog
from lotkeeper.trading.incidents import IncidentEnd
from messages.ledger import RecordIncidents
from tests.persistence.incidents import BEGAN_MS, began, over


def said(log: IncidentLog, now_s: float, *, is_settled: bool = False) -> RecordIncidents:
    message = log.due(now_s, BEGAN_MS, is_settled=is_settled)
    assert message is not None
    return message


def test_what_begins_is_said_once_and_what_ends_until_it_is_confirmed() -> None:
    log = IncidentLog()
    log.update([began()], BEGAN_MS)
    assert said(log, 1.0) == RecordIncidents(1, (began(),), False, BEGAN_MS)
    assert log.due(9.0, BEGAN_MS, is_settled=False) is None
    log.update([], BEGAN_MS + 1_500)
    assert said(log, 10.0).incidents == (over(),)
    assert log.due(14.0, BEGAN_MS, is_settled=False) is None
    assert said(log, 15.0) == RecordIncidents(3, (over(),), False, BEGAN_MS)
    log.confirm(2)
    assert said(log, 20.0).incidents == (over(),), "an answer to an earlier message says less"
    log.confirm(4)
    assert log.due(99.0, BEGAN_MS, is_settled=False) is None


def test_what_ends_after_a_message_is_not_confirmed_by_its_answer() -> None:
    log = IncidentLog()
    log.end(began(), BEGAN_MS + 1_500)
    first = said(log, 1.0)
    log.end(began(subject="gateway"), BEGAN_MS + 1_500)
    log.confirm(first.number)
    assert said(log, 1.0).incidents == (over(subject="gateway"),)


def test_all_that_is_open_is_said_from_time_to_time_once_all_have_reported() -> None:
    log = IncidentLog()
    assert log.due(1.0, BEGAN_MS, is_settled=False) is None
    assert said(log, 2.0, is_settled=True) == RecordIncidents(1, (), True, BEGAN_MS)
    log.update([began()], BEGAN_MS)
    assert not said(log, 3.0, is_settled=True).are_all
    assert said(log, 32.0, is_settled=True) == RecordIncidents(3, (began(),), True, BEGAN_MS)


def test_the_first_moment_and_the_newest_text_count() -> None:
    log = IncidentLog()
    log.update([began()], BEGAN_MS)
    log.update([began(opened_ms=BEGAN_MS + 9, text="no route")], BEGAN_MS + 9)
    assert said(log, 1.0).incidents == (began(text="no route"),)


def test_none_ends_before_it_began() -> None:
    log = IncidentLog()
    log.update([began()], BEGAN_MS)
    log.update([], BEGAN_MS - 5)
    (found,) = said(log, 1.0).incidents
    assert (found.ended_ms, found.end) == (BEGAN_MS, IncidentEnd.OVER)
