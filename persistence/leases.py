"""The token of the newest system that has taken the database over; each start takes one that is greater."""

from typing import Any

from persistence.entities import Entities
from persistence.errors import OvertakenError

_KEY = "lease"
_NEWEST = "SELECT * FROM system_state WHERE key = $key"
_FIRST = "INSERT INTO system_state (key, value) VALUES ($key, '0') ON CONFLICT (key) DO NOTHING"


def take(entities: Entities, row_lock: str) -> int:
    """A new token, in the open transaction. Two systems cannot take the same one: the row is there, and locked."""
    key = _KEY
    entities.db.execute(_FIRST, {"key": key})
    row = _row(entities, row_lock)
    row.value = str(int(row.value) + 1)
    return int(row.value)


def refuse_older(entities: Entities, token: int, row_lock: str, place: str) -> None:
    """Raises OvertakenError if a newer token than this was taken; none is taken until the open transaction ends."""
    row = _row(entities, row_lock)
    newest = 0 if row is None else int(row.value)
    if newest > token:
        raise OvertakenError(
            f"another lotkeeper began later with the database {place} (lease {newest}, ours is {token}): "
            "this one sends no orders and writes nothing; stop one of the two"
        )


def _row(entities: Entities, row_lock: str) -> Any:
    rows = entities.state.select_by_sql(f"{_NEWEST} {row_lock}", {"key": _KEY})
    return rows[0] if rows else None
