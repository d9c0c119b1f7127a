"""Keeps what each lot earned, and when, as rows, and the sums of these rows by day and by month.

A record of a lot only marks it. Counting is done beside the Ledger's work, some lots at a time: a count that fails
keeps no fill from being recorded. To count a lot twice changes nothing: only what differs from its rows is added.
"""

from collections.abc import Iterable

from lotkeeper.trading.reports.profit_entries import ProfitEntry, possible_entries
from lotkeeper.trading.reports.profit_sums import ProfitSum
from persistence.buy_orders import complete_buy
from persistence.entities import Entities
from persistence.profit_rows import ChangedSums, SumKey, entry_columns, entry_of, sum_columns, sum_of_row
from persistence.reading import lots_of
from persistence.sums import keep_sums

_UNCOUNTED = "SELECT * FROM lots WHERE is_counted IS NULL ORDER BY id LIMIT $most"
_ENTRIES = "SELECT * FROM profit_entries WHERE lot_id = $lot_id"


def count_lots(entities: Entities, most: int) -> int:
    """Writes the entries of at most so many lots that changed since they were counted; returns how many there were."""
    rows = list(entities.lot.select_by_sql(_UNCOUNTED, {"most": most}))
    sums, lots = ChangedSums(), list(lots_of(entities, rows))
    keep_sums(entities, zip(rows, lots, strict=True))
    for row, lot in zip(rows, lots, strict=True):
        now = possible_entries(lot)
        if now is not None:
            sums.replace(_write_entries(entities, lot.lot_id, now), now)
        complete_buy(entities, lot)
        row.set(is_counted=now is not None, opened_ms=lot.opened_ms, closed_ms=lot.closed_ms)
    for key, change in sums.changes():
        _add_to_sum(entities, key, change)
    entities.db.flush()
    return len(rows)


def _write_entries(entities: Entities, lot_id: str, now: Iterable[ProfitEntry]) -> list[ProfitEntry]:
    """Returns the entries that the lot had before."""
    rows = list(entities.profit_entry.select_by_sql(_ENTRIES, {"lot_id": lot_id}))
    known = {(row.kind, row.number): row for row in rows}
    before = [entry_of(row) for row in rows]
    for entry in now:
        row = known.pop((str(entry.kind), entry.number), None)
        if row is None:
            entities.profit_entry(
                lot_id=entry.lot_id, kind=str(entry.kind), number=entry.number, **entry_columns(entry)
            )
        elif entry_of(row) != entry:
            row.set(**entry_columns(entry))
    for row in known.values():
        row.delete()
    return before


def _add_to_sum(entities: Entities, key: SumKey, change: ProfitSum) -> None:
    span, period, symbol, quote = key
    row = entities.profit_sum.get(span=span, period=period, symbol=symbol)
    found = change if row is None else sum_of_row(row) + change
    columns = sum_columns(found)
    if row is None:
        entities.profit_sum(span=span, period=period, symbol=symbol, quote=quote, **columns)
    else:
        row.set(**columns)
