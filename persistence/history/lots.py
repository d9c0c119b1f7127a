"""Lots with all their parts, the newest first, and the lots that changed since they were counted."""

from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from itertools import islice
from typing import Any

from lotkeeper.trading.lots.lot import Lot
from persistence.history.database import HistoryDatabase
from persistence.history.wanted import UnknownKeyError, Wanted, by_state, where
from persistence.rows import (
    Parts,
    cost_move_of,
    disposal_of,
    dust_transfer_of,
    fee_value_of,
    fill_of,
    instruction_of,
    lot_of,
    order_of,
)

_LOTS_PER_QUERY = 200  # SQLite takes a limited number of parameters
# The tables with the parts of lots.
_PARTS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("fills", fill_of),
    ("orders", order_of),
    ("fee_values", fee_value_of),
    ("disposals", disposal_of),
    ("sell_instructions", instruction_of),
)


def read_lots(database: HistoryDatabase, wanted: Wanted) -> list[Lot]:
    """One page, those bought last first; a lot's key is its name. Raises StoreError and UnknownKeyError."""
    before = _place_of(database, wanted.before) if wanted.before else None
    parts = [_rows(database, each, before) for each in by_state(wanted)]  # the index has those of a state in order
    rows = islice(merge(*parts, key=lambda row: (row.opened_ms, row.id), reverse=True), wanted.limit)
    return list(lots_of(database, list(rows)))


def read_named(database: HistoryDatabase, names: Sequence[str]) -> list[Lot]:
    """The lots of these names, as far as there are any. Raises StoreError."""
    rows = [row for some in _some(names) for row in _rows_with(database, "lots", "lot_id", some)]
    return list(lots_of(database, [row for row in rows if row.opened_ms is not None]))


def _some(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[start : start + _LOTS_PER_QUERY] for start in range(0, len(names), _LOTS_PER_QUERY))


def _rows(database: HistoryDatabase, wanted: Wanted, before: tuple[int, int] | None) -> list[Any]:
    found = where(wanted, "opened_ms")
    if wanted.states:
        (state,) = wanted.states
        found.add("state = :state", state=state)
    if before is not None:
        found.add("opened_ms <= :opened_ms", opened_ms=before[0])
        found.add("(opened_ms, id) < (:opened_ms, :number)", number=before[1])
    found.add("opened_ms IS NOT NULL")
    query = f"SELECT * FROM lots {found} ORDER BY opened_ms DESC, id DESC LIMIT :limit"  # noqa: S608 (no value in it)
    return database.rows(query, {**found.values, "limit": wanted.limit})


def _place_of(database: HistoryDatabase, lot_id: str) -> tuple[int, int]:
    rows = database.rows("SELECT opened_ms, id FROM lots WHERE lot_id = :lot_id", {"lot_id": lot_id})
    if not rows or rows[0].opened_ms is None:
        raise UnknownKeyError(f"there is no lot {lot_id}; give the name of the last lot of the page before")
    return rows[0].opened_ms, rows[0].id


def lots_of(database: HistoryDatabase, rows: Sequence[Any]) -> Iterator[Lot]:
    """The lots of these rows, with all their parts, in the order of the rows."""
    for start in range(0, len(rows), _LOTS_PER_QUERY):
        some = rows[start : start + _LOTS_PER_QUERY]
        ids = [row.lot_id for row in some]
        fills, orders, values, disposals, instructions = (_by_lot(database, *each, ids) for each in _PARTS)
        transfers = _by_both_lots(database, "carries", dust_transfer_of, ids)
        moves = _by_both_lots(database, "cost_moves", cost_move_of, ids)
        for row in some:
            parts = (fills, orders, values, transfers, disposals, instructions, moves)
            yield lot_of(row, Parts(*[found.get(row.lot_id, ()) for found in parts]))


def _by_lot(
    database: HistoryDatabase, table: str, value_of: Callable[[Any], Any], ids: Sequence[str]
) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in _rows_with(database, table, "lot_id", ids):
        found.setdefault(row.lot_id, []).append(value_of(row))
    return found


def _by_both_lots(
    database: HistoryDatabase, table: str, value_of: Callable[[Any], Any], ids: Sequence[str]
) -> dict[str, list[Any]]:
    """Each of these belongs to two lots; perhaps only one of them is in `ids`."""
    rows = [*_rows_with(database, table, "source_lot", ids), *_rows_with(database, table, "target_lot", ids)]
    found: dict[str, list[Any]] = {}
    for row in set(rows):
        for lot_id in (row.source_lot, row.target_lot):
            found.setdefault(lot_id, []).append(value_of(row))
    return found


def _rows_with(database: HistoryDatabase, table: str, column: str, ids: Sequence[str]) -> list[Any]:
    names = {f"id{number}": each for number, each in enumerate(ids)}
    among = ", ".join(f":{name}" for name in names)
    return database.rows(f"SELECT * FROM {table} WHERE {column} IN ({among})", names)  # noqa: S608 (names of ours)
