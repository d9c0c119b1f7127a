"""Incidents as plain values."""

from typing import Any

from actors.ledger.positions import iso
from lotkeeper.service.documents.incident_kinds import word_of
from lotkeeper.trading.incidents import Incident
from persistence.history.incidents import key_of

Json = dict[str, Any]
INCIDENT_COLUMNS = ("opened", "ended", "end", "kind", "severity", "pair", "subject", "details", "key")


def incident_document(found: Incident) -> Json:
    """`ended` and `end` are null while it is open; `pair` is null where it concerns the whole service."""
    return {
        "opened": iso(found.opened_ms),
        "ended": None if found.ended_ms is None else iso(found.ended_ms),
        "end": None if found.end is None else found.end.lower().replace("_", "-"),
        "kind": word_of(found.name),
        "severity": found.severity.lower(),
        "pair": found.symbol or None,
        "subject": found.subject,
        "details": found.text,
        "key": key_of(found),
    }
