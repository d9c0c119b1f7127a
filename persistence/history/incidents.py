"""What went wrong, the newest first."""

from collections.abc import Iterable

from lotkeeper.trading.incidents import Incident
from persistence.history.database import HistoryDatabase
from persistence.history.wanted import Wanted, parts_of_key, where
from persistence.incidents import incident_of

_ORDER = "ORDER BY opened_ms DESC, kind DESC, subject DESC LIMIT :limit"


def key_of(incident: Incident) -> str:
    """The key of its place in the list."""
    return f"{incident.opened_ms}/{incident.name}/{incident.subject}"


def read_incidents(
    database: HistoryDatabase, wanted: Wanted, kinds: Iterable[str] = (), *, only_open: bool = False
) -> list[Incident]:
    """One page of those that began in that time, of these kinds or (empty) of all.

    Raises StoreError, and UnknownKeyError for a key of another list.
    """
    found, names = where(wanted, "opened_ms"), list(kinds)
    if names:
        found.add_among("kind", names)
    if only_open:
        found.add("ended_ms IS NULL")
    if wanted.before:
        at_ms, kind, subject = parts_of_key(wanted.before, (int, str, str))
        found.add("opened_ms <= :at_ms", at_ms=at_ms)  # this finds the place in the index, the next the row
        found.add("(opened_ms, kind, subject) < (:at_ms, :kind_before, :subject)", kind_before=kind, subject=subject)
    query = f"SELECT * FROM incidents {found} {_ORDER}"  # noqa: S608 (no value stands in it)
    return [incident_of(row) for row in database.rows(query, {**found.values, "limit": wanted.limit})]
