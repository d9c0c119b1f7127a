"""Exact sums over closed lots. The sums of each lot are computed once and kept in its row, as it rarely changes."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ZERO, plain, total
from lotkeeper.trading.reports.profit import Fees, Totals, sum_fees, totals_of
from persistence.entities import Entities
from persistence.fees_text import fees_from_text, fees_to_text
from persistence.reading import CLOSED, lots_of
from persistence.rows import Columns, digits

# SQLite adds up: a start must not wait until Python has read years of closed lots.
_SUMS_OF_CLOSED = """\
SELECT symbol, quote, count(*) AS lots, sum(sells_placed) AS placed, sum(sells_filled) AS filled,
       decimal_sum(profit) AS profit, min(first_sell_ms) AS first_ms, sum(held_ms) AS held,
       decimal_sum(fees_quote) AS fees_quote, fees_sum(fees) AS fees
FROM lots
WHERE state = $CLOSED AND symbol = $symbol AND id NOT IN (SELECT value FROM json_each($left_out))
GROUP BY symbol, quote
"""


class DecimalSum:
    """The function `decimal_sum` of SQL: the exact sum of texts that are decimal numbers."""

    def __init__(self) -> None:
        self._sum = ZERO

    def step(self, text: Any) -> None:
        self._sum = total((self._sum, Decimal(text)))

    def finalize(self) -> str:
        return digits(self._sum)


class FeesSum:
    """The function `fees_sum` of SQL: the exact sums by asset of texts as `fees_text` writes them."""

    def __init__(self) -> None:
        self._sum: Fees = ()

    def step(self, text: Any) -> None:
        self._sum = sum_fees(self._sum, fees_from_text(text))

    def finalize(self) -> str:
        return fees_to_text(self._sum)


def closed_totals(entities: Entities, symbol: str, except_for: Iterable[int] = ()) -> Totals:
    """The sums over the closed lots of one pair, without the lots whose row ids are in `except_for`."""
    fill_missing_sums(entities, symbol)
    values = {"CLOSED": CLOSED, "symbol": symbol, "left_out": json.dumps(list(except_for))}
    return sum((_totals_of(row) for row in entities.db.select(_SUMS_OF_CLOSED, values)), Totals())


def _totals_of(row: Any) -> Totals:
    return Totals(
        lots=row.lots,
        sells_placed=row.placed,
        sells_filled=row.filled,
        realised_profit=Decimal(row.profit),
        first_sell_ms=row.first_ms,
        closed=row.lots,
        held_ms=row.held,
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
