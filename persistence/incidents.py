"""Incidents as rows. The same incident said twice is one row, also by a Monitor that does not know when it began.

At most one row of a kind and a subject is open; the database itself refuses a second one (indexes.py).
"""

from typing import Any

from lotkeeper.trading.incidents import Incident, IncidentEnd
from lotkeeper.trading.trouble_kinds import TroubleKind
from persistence.entities import Entities
from persistence.records import IncidentRecord, OpenIncidentsRecord

_NEWEST = "SELECT * FROM incidents WHERE kind = $kind AND subject = $subject ORDER BY opened_ms DESC LIMIT 1"


def write_incident(entities: Entities, entry: IncidentRecord) -> None:
    """Begins it, changes its text, or ends it, in the open transaction."""
    incident = entry.incident
    newest = _newest(entities, incident)
    if newest is not None and (newest.ended_ms is None or newest.opened_ms == incident.opened_ms):
        _renew(newest, incident)
    elif newest is None or _begins_after(newest, incident):
        entities.incident(
            kind=incident.name,
            subject=incident.subject,
            opened_ms=incident.opened_ms,
            symbol=incident.symbol,
            severity=incident.severity,
            details=incident.text,
            ended_ms=incident.ended_ms,
            how_ended=_text(incident.end),
        )


def end_other_incidents(entities: Entities, entry: OpenIncidentsRecord) -> None:
    """Ends those that are not found any more: who opened them has ended before it could say so."""
    for row in entities.incident.select().where(ended_ms=None):
        if (row.kind, row.subject) not in entry.open:
            row.set(ended_ms=max(entry.at_ms, row.opened_ms), how_ended=str(IncidentEnd.NOT_FOUND))


def incident_of(row: Any) -> Incident:
    return Incident(
        TroubleKind(row.kind),
        row.subject,
        row.opened_ms,
        row.details,
        row.symbol,
        row.ended_ms,
        None if row.how_ended is None else IncidentEnd(row.how_ended),
    )


def _newest(entities: Entities, incident: Incident) -> Any:
    values = {"kind": incident.name, "subject": incident.subject}
    return next(iter(entities.incident.select_by_sql(_NEWEST, values)), None)


def _begins_after(newest: Any, incident: Incident) -> bool:
    """A late copy of one that is over begins before its end."""
    return bool(incident.opened_ms >= newest.ended_ms)


def _renew(row: Any, incident: Incident) -> None:
    """One that was seen to be over stays so; one that only was not found may be found again."""
    began_before = incident.opened_ms < row.opened_ms
    is_late = began_before and incident.ended_ms is not None and incident.ended_ms <= row.opened_ms
    if row.how_ended == IncidentEnd.OVER or is_late:
        return
    wanted = {"details": incident.text, "ended_ms": incident.ended_ms, "how_ended": _text(incident.end)}
    changed = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    if changed:
        row.set(**changed)


def _text(end: IncidentEnd | None) -> str | None:
    return None if end is None else str(end)
