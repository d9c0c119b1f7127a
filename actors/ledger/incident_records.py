"""What went wrong, as records."""

from messages.ledger import RecordIncidents
from persistence.records import Entry, IncidentRecord, OpenIncidentsRecord


def incident_entries(message: RecordIncidents) -> list[Entry]:
    """First what is over: something of the same kind may have begun again since."""
    ordered = sorted(message.incidents, key=lambda each: (each.ended_ms is None, each.ended_ms or 0))
    entries: list[Entry] = [IncidentRecord(each) for each in ordered]
    if message.are_all:
        still = frozenset((each.name, each.subject) for each in ordered if each.ended_ms is None)
        entries.append(OpenIncidentsRecord(still, message.at_ms))
    return entries
