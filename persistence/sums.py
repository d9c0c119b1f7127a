"""Exact sums over closed lots. The sums of each lot are computed once and kept in its row, as it rarely changes."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ZERO, plain
from lotkeeper.trading.reports.profit import Totals, totals_of
from persistence.entities import Entities
from persistence.fees_text import fees_from_text, fees_to_text
from persistence.reading import CLOSED, lots_of
from persistence.rows import Columns, digits

# The engine adds up: a start must not wait until Python has read years of closed lots.
_OF_SQLITE = """\
SELECT symbol, quote, count(*) AS lots, sum(sells_placed) AS placed, sum(sells_filled) AS filled,
       decimal_sum(profit) AS profit, min(first_sell_ms) AS first_ms, sum(held_ms) AS held,
       decimal_sum(fees_quote) AS fees_quote, fees_sum(fees) AS fees
FROM lots
WHERE state = $CLOSED AND symbol = $symbol AND id NOT IN (SELECT value FROM json_each($left_out))
GROUP BY symbol, quote
"""
# NUMERIC has all the digits that stand in the texts, and its sums are exact.
_OF_POSTGRESQL = """\
SELECT * FROM (
    WITH closed AS (
        SELECT * FROM lots
        WHERE state = $CLOSED AND symbol = $symbol
          AND id NOT IN (SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST($left_out AS json)))
    ), paid AS (
        SELECT quote, fee.key AS asset, sum(CAST(fee.value AS numeric)) AS amount
        FROM closed, json_each_text(CAST(fees AS json)) AS fee GROUP BY quote, fee.key
    )
    SELECT symbol, quote, count(*) AS lots, sum(sells_placed) AS placed, sum(sells_filled) AS filled,
           sum(CAST(profit AS numeric)) AS profit, min(first_sell_ms) AS first_ms, sum(held_ms) AS held,
           sum(CAST(fees_quote AS numeric)) AS fees_quote,
           (SELECT CAST(json_object_agg(asset, CAST(amount AS text)) AS text)
            FROM paid WHERE paid.quote = closed.quote) AS fees
    FROM closed GROUP BY symbol, quote
) AS totals
"""
_SUMS_OF_CLOSED = {"SQLite": _OF_SQLITE, "PostgreSQL": _OF_POSTGRESQL}


def closed_totals(entities: Entities, symbol: str, except_for: Iterable[int] = ()) -> Totals:
    """The sums over the closed lots of one pair, without the lots whose row ids are in `except_for`."""
    fill_missing_sums(entities, symbol)
    values = {"CLOSED": CLOSED, "symbol": symbol, "left_out": json.dumps(list(except_for))}
    query = _SUMS_OF_CLOSED[entities.db.provider.dialect]
    return sum((_totals_of(row) for row in entities.db.select(query, values)), Totals())


def _totals_of(row: Any) -> Totals:
    return Totals(
        lots=row.lots,
        sells_placed=row.placed,
        sells_filled=row.filled,
        realised_profit=Decimal(row.profit),
        first_sell_ms=row.first_ms,
        closed=row.lots,
        held_ms=int(row.held),
        fees_quote=Decimal(row.fees_quote),
        fees=fees_from_text(row.fees),
    )


def fill_missing_sums(entities: Entities, symbol: str) -> None:
    """Writes the sums of closed lots whose rows have none, so that a query can add them up."""
    rows: list[Any] = list(entities.lot.select().where(symbol=symbol, state=CLOSED, profit=None))
    for row, lot in zip(rows, lots_of(entities, rows), strict=True):
        row.set(**_sums_of(lot))
    entities.db.flush()


def _sums_of(lot: Lot) -> Columns:
    sums = totals_of([lot])
    return {
        "profit": digits(sums.realised_profit),
        "sells_placed": sums.sells_placed,
        "sells_filled": sums.sells_filled,
        "first_sell_ms": sums.first_sell_ms,
        "held_ms": sums.held_ms,
        "fees_quote": digits(sums.fees_quote),
        "fees": fees_to_text(sums.fees),
        "rest": plain(max(lot.remainder, ZERO)),
    }
