"""Incidents as the Monitor finds them."""

from lotkeeper.trading.incidents import Incident, IncidentEnd
from lotkeeper.trading.trouble_kinds import TroubleKind
from persistence.records import IncidentRecord
from persistence.store import Store

BEGAN_MS = 1_700_000_000_000


def began(**changes: object) -> Incident:
    values = {
        "kind": TroubleKind.STREAM_LOST,
        "subject": "user stream",
        "opened_ms": BEGAN_MS,
        "text": "the connection was closed",
    }
    return Incident(**{**values, **changes})  # type: ignore[arg-type]


def over(after_ms: int = 1_500, **changes: object) -> Incident:
    found = began(**changes)
    return began(**{**changes, "ended_ms": found.opened_ms + after_ms, "end": IncidentEnd.OVER})


def note(store: Store, *incidents: Incident) -> None:
    store.record([IncidentRecord(each) for each in incidents])
