"""Incidents as records."""

from actors.ledger.incident_records import incident_entries
from messages.ledger import RecordIncidents
from persistence.records import IncidentRecord, OpenIncidentsRecord
from tests.persistence.incidents import BEGAN_MS, began, over


def test_what_is_over_comes_before_what_began_since() -> None:
    again = began(opened_ms=BEGAN_MS + 9_000)
    entries = incident_entries(RecordIncidents(1, (again, over()), False, BEGAN_MS))
    assert entries == [IncidentRecord(over()), IncidentRecord(again)]


def test_where_they_are_all_the_others_end() -> None:
    entries = incident_entries(RecordIncidents(1, (began(), over(subject="gateway")), True, 7))
    assert entries[-1] == OpenIncidentsRecord(frozenset({("STREAM_LOST", "user stream")}), 7)
