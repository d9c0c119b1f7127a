"""Exact sums over the closed lots of each pair, so that a start need not add up years of trading.

The sums of each closed lot are computed once and kept in its row; those of all such lots of a pair are kept in one row,
to which each of them is added once. A later record of a lot takes its sums out again, until they are computed anew.
"""

from collections.abc import Iterable
from typing import Any

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.reports.profit import Totals, totals_of
from persistence.closed_rows import sum_columns, sums_of_lot, totals_of_row
from persistence.entities import Entities
from persistence.reading import CLOSED, lots_of

# The engine adds up where nobody has kept the sums yet: in the database of an earlier version.
_OF_SQLITE = """\
SELECT count(*) AS lots, sum(sells_placed) AS sells_placed, sum(sells_filled) AS sells_filled,
       decimal_sum(profit) AS profit, min(first_sell_ms) AS first_sell_ms, sum(held_ms) AS held_ms,
       decimal_sum(fees_quote) AS fees_quote, fees_sum(fees) AS fees
FROM lots WHERE symbol = $symbol AND profit IS NOT NULL
"""
# NUMERIC has all the digits that stand in the texts, and its sums are exact.
_OF_POSTGRESQL = """\
SELECT * FROM (
    WITH summed AS (
        SELECT * FROM lots WHERE symbol = $symbol AND profit IS NOT NULL
    ), paid AS (
        SELECT fee.key AS asset, sum(CAST(fee.value AS numeric)) AS amount
        FROM summed, json_each_text(CAST(fees AS json)) AS fee GROUP BY fee.key
    )
    SELECT count(*) AS lots, sum(sells_placed) AS sells_placed, sum(sells_filled) AS sells_filled,
           sum(CAST(profit AS numeric)) AS profit, min(first_sell_ms) AS first_sell_ms, sum(held_ms) AS held_ms,
           sum(CAST(fees_quote AS numeric)) AS fees_quote,
           (SELECT CAST(json_object_agg(asset, CAST(amount AS text)) AS text) FROM paid) AS fees
    FROM summed
) AS totals
"""
_SUMS_OF_CLOSED = {"SQLite": _OF_SQLITE, "PostgreSQL": _OF_POSTGRESQL}


def closed_totals(entities: Entities, symbol: str, except_for: Iterable[Any] = ()) -> Totals:
    """The sums over the closed lots of one pair, without the lots of the rows in `except_for`."""
    fill_missing_sums(entities, symbol)
    left_out = sum((totals_of_row(row) for row in except_for if row.profit is not None), Totals())
    sums = _kept(entities, symbol) - left_out
    return sums if sums.lots else Totals()


def fill_missing_sums(entities: Entities, symbol: str) -> None:
    """Writes the sums of closed lots whose rows have none."""
    rows: list[Any] = list(entities.lot.select().where(symbol=symbol, state=CLOSED, profit=None))
    keep_sums(entities, zip(rows, lots_of(entities, rows), strict=True))


def keep_sums(entities: Entities, found: Iterable[tuple[Any, Lot]]) -> None:
    """Writes the sums of these lots into their rows and adds them to those of their pairs, unless they are there."""
    added: dict[str, Totals] = {}
    for row, lot in found:
        if lot.symbol not in added:
            added[lot.symbol] = _kept(entities, lot.symbol)
        sums = _possible_totals(lot) if row.state == CLOSED and row.profit is None else None
        if sums is not None:
            row.set(**sums_of_lot(lot, sums))
            added[lot.symbol] = added[lot.symbol] + sums
    for symbol, sums in added.items():
        _keep(entities, symbol, sums)


def _possible_totals(lot: Lot) -> Totals | None:
    """None for a lot whose figures contradict each other: it must not keep the others from being recorded."""
    try:
        return totals_of([lot])
    except (ArithmeticError, ValueError):
        return None


def forget_sums(entities: Entities, row: Any) -> None:
    """What the sums of this lot are is no longer known."""
    if row.profit is None:
        return
    kept = entities.closed_sum.get(symbol=row.symbol)
    if kept is not None:
        _keep(entities, row.symbol, totals_of_row(kept) - totals_of_row(row))
    row.profit = None


def _kept(entities: Entities, symbol: str) -> Totals:
    kept = entities.closed_sum.get(symbol=symbol)
    if kept is not None:
        return totals_of_row(kept)
    (row,) = entities.db.select(_SUMS_OF_CLOSED[entities.db.provider.dialect], {"symbol": symbol})
    sums = totals_of_row(row)
    _keep(entities, symbol, sums)
    return sums


def _keep(entities: Entities, symbol: str, sums: Totals) -> None:
    row = entities.closed_sum.get(symbol=symbol)
    if row is None:
        entities.closed_sum(symbol=symbol, lots=sums.lots, **sum_columns(sums))
    else:
        row.set(lots=sums.lots, **sum_columns(sums))
