"""Decisions as rows. One that comes twice, as after a crash, is there once."""

import json
from typing import Any

from lotkeeper.trading.journal import Cause, DecisionKind, DecisionMade
from persistence.entities import Entities
from persistence.records import DecisionRecord


def write_decision(entities: Entities, entry: DecisionRecord) -> None:
    """Adds the row in the open transaction, unless it is there."""
    made = entry.decision
    key = {
        "symbol": made.symbol,
        "at_ms": made.at_ms,
        "incarnation": made.incarnation,
        "number": made.number,
    }
    if entities.decision.get(**key) is None:
        entities.decision(
            **key,
            kind=str(made.kind),
            cause=str(made.cause),
            lot_id=made.lot_id,
            order_name=made.order,
            facts=json.dumps(dict(made.facts)),
            who=made.who,
            why=made.why,
        )


def decision_of(row: Any) -> DecisionMade:
    return DecisionMade(
        row.symbol,
        row.at_ms,
        row.incarnation,
        row.number,
        DecisionKind(row.kind),
        Cause(row.cause),
        row.lot_id,
        row.order_name,
        tuple(json.loads(row.facts).items()),
        row.who,
        row.why,
    )
