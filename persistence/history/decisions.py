"""The journal of decisions, the newest first."""

from lotkeeper.trading.journal import DecisionMade
from persistence.history.database import HistoryDatabase
from persistence.history.wanted import Wanted, parts_of_key, where
from persistence.journal.rows import decision_of

_ORDER = "ORDER BY at_ms DESC, symbol DESC, incarnation DESC, number DESC LIMIT :limit"


def key_of(made: DecisionMade) -> str:
    """The key of its place in the list."""
    return f"{made.at_ms}/{made.symbol}/{made.incarnation}/{made.number}"


def read_decisions(database: HistoryDatabase, wanted: Wanted, lot_id: str = "") -> list[DecisionMade]:
    """One page, of one lot or (empty) of all. Raises StoreError, and UnknownKeyError for a key of another list."""
    found = where(wanted, "at_ms")
    if lot_id:
        found.add("lot_id = :lot_id", lot_id=lot_id)
    if wanted.before:
        at_ms, symbol, incarnation, number = parts_of_key(wanted.before, (int, str, int, int))
        found.add("at_ms <= :at_ms", at_ms=at_ms)  # this finds the place in the index, the next the row
        found.add(
            "(at_ms, symbol, incarnation, number) < (:at_ms, :symbol_before, :incarnation, :number)",
            symbol_before=symbol,
            incarnation=incarnation,
            number=number,
        )
    query = f"SELECT * FROM decisions {found} {_ORDER}"  # noqa: S608 (no value stands in it)
    return [decision_of(row) for row in database.rows(query, {**found.values, "limit": wanted.limit})]
