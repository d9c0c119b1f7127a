"""Sums over lots, exact. Those of a closed lot are worked out once and kept in its row, for it rarely changes again."""

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from lotkeeper.trading.money import EXACT, ZERO
from lotkeeper.trading.totals import Totals, totals_of
from persistence.entities import Entities
from persistence.reading import CLOSED, lot_rows, lots_of
from persistence.records import PairTotals
from persistence.rows import Columns, digits

_Pair = tuple[str, str]  # symbol and quote asset

# SQLite adds up, for a start must not wait until Python has looked at years of closed lots.
_KEPT = """\
SELECT symbol, quote, count(*) AS lots, sum(sells_placed) AS placed, sum(sells_filled) AS filled,
       decimal_sum(profit) AS profit, min(first_sell_ms) AS first_ms
FROM lots
WHERE state = $CLOSED AND symbol >= $low AND symbol <= $high AND id NOT IN (SELECT value FROM json_each($left_out))
GROUP BY symbol, quote
"""
_LAST = "\U0010ffff"  # sorts behind every symbol


class DecimalSum:
    """The function `decimal_sum` of SQL: the exact sum of texts that are decimal numbers."""

    def __init__(self) -> None:
        self._sum = ZERO

    def step(self, text: Any) -> None:
        self._sum = EXACT.add(self._sum, Decimal(text))

    def finalize(self) -> str:
        return digits(self._sum)


def totals(entities: Entities) -> tuple[PairTotals, ...]:
    """What every pair holds and earned, by symbol."""
    closed = dict(_closed(entities, None))
    opened: dict[_Pair, Totals] = {}
    for lot in lots_of(entities, lot_rows(entities, None, True, None)):
        pair = lot.symbol, lot.quote
        opened[pair] = opened.get(pair, Totals()) + totals_of([lot])
    pairs = sorted({*closed, *opened})
    return tuple(_pair_totals(pair, opened.get(pair, Totals()), closed.get(pair, Totals())) for pair in pairs)


def closed_totals(entities: Entities, symbol: str, except_for: Iterable[int] = ()) -> Totals:
    """The sums over the closed lots of one pair, without those of some row numbers."""
    return sum((sums for _, sums in _closed(entities, symbol, except_for)), Totals())


def _pair_totals(pair: _Pair, opened: Totals, closed: Totals) -> PairTotals:
    return PairTotals(*pair, opened.lots, closed.lots, EXACT.add(opened.realised_profit, closed.realised_profit))


def _closed(entities: Entities, symbol: str | None, except_for: Iterable[int] = ()) -> Iterator[tuple[_Pair, Totals]]:
    """The sums over closed lots, of one pair or (None) of each."""
    _settle(entities, symbol)
    low, high = ("", _LAST) if symbol is None else (symbol, symbol)
    values = {"CLOSED": CLOSED, "low": low, "high": high, "left_out": json.dumps(list(except_for))}
    for row in entities.db.select(_KEPT, values):
        sums = Totals(row.lots, row.placed, row.filled, Decimal(row.profit), row.first_ms)
        yield (row.symbol, row.quote), sums


def _settle(entities: Entities, symbol: str | None) -> None:
    """Works out the sums of closed lots whose row has none, and writes them, for the query that adds up to see."""
    query = entities.lot.select() if symbol is None else entities.lot.select().where(symbol=symbol)
    rows: list[Any] = list(query.filter(lambda lot: lot.state == CLOSED and lot.profit is None))
    for row, lot in zip(rows, lots_of(entities, rows), strict=True):
        row.set(**_sum_columns(totals_of([lot])))
    entities.db.flush()


def _sum_columns(sums: Totals) -> Columns:
    return {
        "profit": digits(sums.realised_profit),
        "sells_placed": sums.sells_placed,
        "sells_filled": sums.sells_filled,
        "first_sell_ms": sums.first_sell_ms,
    }
