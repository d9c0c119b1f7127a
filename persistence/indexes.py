"""Indexes of the few rows that a start looks for, and of those that are listed first: Pony cannot make such.

A row that is not looked for is in none of them, so that they cost nothing when the lots of years are closed. A query
finds one by the same words; a value that it names as `$name` would not match.
"""

from typing import Any

UNFINISHED = "(state <> 'CLOSED' OR NOT buy_ended)"
WITH_REST = "rest <> '0'"
NOT_CLOSED = "state <> 'CLOSED'"
OPEN = "ended_ms IS NULL"
_INDEXES = (
    f"CREATE INDEX IF NOT EXISTS idx_lots__unfinished ON lots (symbol) WHERE {UNFINISHED}",
    f"CREATE INDEX IF NOT EXISTS idx_lots__with_rest ON lots (symbol) WHERE {WITH_REST}",
    f"CREATE INDEX IF NOT EXISTS idx_lots__not_closed ON lots (id) WHERE {NOT_CLOSED}",
    f"CREATE UNIQUE INDEX IF NOT EXISTS idx_incidents__open ON incidents (kind, subject) WHERE {OPEN}",
)


def make_indexes(db: Any) -> None:
    """Makes those that are missing, in the open transaction."""
    for statement in _INDEXES:
        db.execute(statement)
