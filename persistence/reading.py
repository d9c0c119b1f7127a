"""How lots are read back: whole, with all that belongs to them, a few queries for many lots."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from pony.orm import select

from lotkeeper.trading.lot_states import LotState
from lotkeeper.trading.lots import Lot
from lotkeeper.trading.money import EXACT
from persistence.entities import Entities
from persistence.records import PairTotals
from persistence.rows import digits, fee_value_of, fill_of, lot_of, order_of

CLOSED = str(LotState.CLOSED)
_AT_ONCE = 200  # lots a query asks for; SQLite takes a limited number of parameters


def lots_of(entities: Entities, rows: Sequence[Any]) -> Iterator[Lot]:
    """The whole lots of these rows, in their order."""
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        ids = [row.lot_id for row in some]
        fills = _by_lot(entities.fill, ids, fill_of)
        orders = _by_lot(entities.order, ids, order_of)
        values = _by_lot(entities.fee_value, ids, fee_value_of)
        for row in some:
            lot_id = row.lot_id
            yield lot_of(row, fills.get(lot_id, ()), orders.get(lot_id, ()), values.get(lot_id, ()))


def lot_rows(entities: Entities, symbol: str | None, open_only: bool, limit: int | None) -> Sequence[Any]:
    """The rows of lots, the last recorded first."""
    query = entities.lot.select()
    if symbol is not None:
        query = query.where(symbol=symbol)
    if open_only:
        query = query.filter(lambda lot: lot.state != CLOSED)
    query = query.order_by(lambda lot: -lot.id)
    return list(query if limit is None else query.limit(limit))


def totals(entities: Entities) -> tuple[PairTotals, ...]:
    """The totals of every pair, by symbol. The profit of a closed lot is worked out once and kept in its row."""
    _settle(entities)
    found: dict[tuple[str, str], PairTotals] = {}
    for symbol, quote, profit in _closed(entities):
        _add(found, PairTotals(symbol, quote, 0, 1, profit))
    for lot in lots_of(entities, lot_rows(entities, None, True, None)):
        _add(found, PairTotals(lot.symbol, lot.quote, 1, 0, lot.realised_profit))
    return tuple(found[pair] for pair in sorted(found))


def _settle(entities: Entities) -> None:
    rows = list(entities.lot.select(lambda lot: lot.state == CLOSED and lot.profit is None))
    for row, lot in zip(rows, lots_of(entities, rows), strict=True):
        row.profit = digits(lot.realised_profit)


def _closed(entities: Entities) -> Iterator[tuple[str, str, Decimal]]:
    lots = entities.lot  # with the key in it, Pony asks for all rows and not for the distinct ones
    for _, symbol, quote, profit in select((x.id, x.symbol, x.quote, x.profit) for x in lots if x.state == CLOSED):
        yield symbol, quote, Decimal(profit)


def _add(found: dict[tuple[str, str], PairTotals], more: PairTotals) -> None:
    pair = more.symbol, more.quote
    known = found.get(pair)
    found[pair] = more if known is None else _sum_of(known, more)


def _sum_of(one: PairTotals, other: PairTotals) -> PairTotals:
    return PairTotals(
        one.symbol,
        one.quote,
        one.lots_open + other.lots_open,
        one.lots_closed + other.lots_closed,
        EXACT.add(one.realised_profit, other.realised_profit),
    )


def _by_lot(entity: Any, ids: list[str], value_of: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in entity.select(lambda row: row.lot_id in ids):
        found.setdefault(row.lot_id, []).append(value_of(row))
    return found
