"""Sums over lots, exact. Those of a closed lot are worked out once and kept in its row, for it rarely changes again."""

from collections.abc import Set
from decimal import Decimal
from typing import Any

from pony.orm import select

from lotkeeper.trading.totals import Totals, totals_of
from persistence.entities import Entities
from persistence.reading import CLOSED, lot_rows, lots_of
from persistence.records import PairTotals
from persistence.rows import Columns, digits

_Sums = dict[tuple[str, str], Totals]  # by symbol and quote asset


def totals(entities: Entities) -> tuple[PairTotals, ...]:
    """What every pair holds and earned, by symbol."""
    closed, opened = _closed(entities, None), _open(entities)
    return tuple(
        _pair_totals(pair, opened.get(pair, Totals()), closed.get(pair, Totals()))
        for pair in sorted({*closed, *opened})
    )


def closed_totals(entities: Entities, symbol: str, except_for: Set[int] = frozenset()) -> Totals:
    """The sums over the closed lots of one pair, without those of some row numbers."""
    return sum(_closed(entities, symbol, except_for).values(), Totals())


def _pair_totals(pair: tuple[str, str], opened: Totals, closed: Totals) -> PairTotals:
    return PairTotals(*pair, opened.lots, closed.lots, (opened + closed).realised_profit)


def _open(entities: Entities) -> _Sums:
    sums: _Sums = {}
    for lot in lots_of(entities, lot_rows(entities, None, True, None)):
        _add(sums, (lot.symbol, lot.quote), totals_of([lot]))
    return sums


def _closed(entities: Entities, symbol: str | None, except_for: Set[int] = frozenset()) -> _Sums:
    _settle(entities)
    sums: _Sums = {}
    for number, name, quote, *columns in _kept(entities, symbol):
        if number not in except_for:
            _add(sums, (name, quote), _sums_of(*columns))
    return sums


def _kept(entities: Entities, symbol: str | None) -> Any:
    """The sums in the rows. With the key among the columns, Pony asks for every row, else for the distinct ones."""
    lots = entities.lot
    found = select(
        (lot.id, lot.symbol, lot.quote, lot.sells_placed, lot.sells_filled, lot.profit, lot.first_sell_ms)
        for lot in lots
        if lot.state == CLOSED
    )
    return found if symbol is None else found.where(symbol=symbol)


def _settle(entities: Entities) -> None:
    rows = list(entities.lot.select(lambda lot: lot.state == CLOSED and lot.profit is None))
    for row, lot in zip(rows, lots_of(entities, rows), strict=True):
        row.set(**_sum_columns(totals_of([lot])))


def _sum_columns(sums: Totals) -> Columns:
    return {
        "profit": digits(sums.realised_profit),
        "sells_placed": sums.sells_placed,
        "sells_filled": sums.sells_filled,
        "first_sell_ms": sums.first_sell_ms,
    }


def _sums_of(placed: int, filled: int, profit: str, first_sell_ms: int | None) -> Totals:
    return Totals(1, placed, filled, Decimal(profit), first_sell_ms)


def _add(sums: _Sums, pair: tuple[str, str], more: Totals) -> None:
    sums[pair] = sums.get(pair, Totals()) + more
