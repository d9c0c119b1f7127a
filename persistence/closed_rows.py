"""Converts the sums of a closed lot, and those of all closed lots of a pair, to rows and back. Without Pony."""

from decimal import Decimal
from typing import Any

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ZERO, plain
from lotkeeper.trading.reports.profit import Totals
from persistence.fees_text import fees_from_text, fees_to_text
from persistence.rows import Columns, digits


def totals_of_row(row: Any) -> Totals:
    """Of one closed lot, or of all of a pair: the columns have the same names."""
    lots = getattr(row, "lots", 1)
    return Totals(
        lots=lots,
        sells_placed=row.sells_placed or 0,
        sells_filled=row.sells_filled or 0,
        realised_profit=Decimal(row.profit or 0),
        first_sell_ms=row.first_sell_ms,
        closed=lots,
        held_ms=int(row.held_ms or 0),
        fees_quote=Decimal(row.fees_quote or 0),
        fees=fees_from_text(row.fees),
    )


def sums_of_lot(lot: Lot, sums: Totals) -> Columns:
    """Those of a closed lot, and the dust that it has left (base asset)."""
    return {**sum_columns(sums), "rest": plain(max(lot.remainder, ZERO))}


def sum_columns(sums: Totals) -> Columns:
    return {
        "profit": digits(sums.realised_profit),
        "sells_placed": sums.sells_placed,
        "sells_filled": sums.sells_filled,
        "first_sell_ms": sums.first_sell_ms,
        "held_ms": sums.held_ms,
        "fees_quote": digits(sums.fees_quote),
        "fees": fees_to_text(sums.fees),
    }
