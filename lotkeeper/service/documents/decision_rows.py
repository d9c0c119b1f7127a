"""Decisions as plain values."""

from typing import Any

from actors.ledger.positions import iso
from lotkeeper.service.documents.formats import facts_text
from lotkeeper.trading.journal import DecisionMade
from persistence.history.decisions import key_of

Json = dict[str, Any]
DECISION_COLUMNS = ("time", "pair", "lot", "decision", "cause", "order", "facts", "who", "why", "key")


def decision_document(made: DecisionMade) -> Json:
    """`decision` and `cause` are the names of `lotkeeper/trading/journal.py`; `facts` are figures by name."""
    return {
        "time": iso(made.at_ms),
        "pair": made.symbol,
        "lot": made.lot_id,
        "decision": str(made.kind),
        "cause": str(made.cause),
        "order": made.order or None,
        "facts": dict(made.facts),
        "who": made.who,
        "why": made.why,
        "key": key_of(made),
    }


def csv_row(document: Json) -> Json:
    """With the figures in one field."""
    return {**document, "facts": facts_text(document["facts"])}
