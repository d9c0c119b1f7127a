"""How lots are read back: whole, with all that belongs to them, a few queries for many lots."""

from collections.abc import Iterator, Sequence
from typing import Any

from pony.orm import select

from lotkeeper.trading.lot_states import LotState
from lotkeeper.trading.lots import Lot
from persistence.entities import Entities
from persistence.rows import fee_value_of, fill_of, lot_of, order_of

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


def unfinished_rows(entities: Entities, symbol: str, cursor: int | None) -> Sequence[Any]:
    """The rows of lots of which news may still come, by BUY order id.

    Those that are not closed; those whose BUY may still fill; and those with trades after the cursor, which the next
    reconciliation is told again.
    """
    lots, fills = entities.lot, entities.fill
    waiting = lots.select(lambda lot: lot.symbol == symbol and (lot.state != CLOSED or not lot.buy_ended))
    last = -1 if cursor is None else cursor
    newer = select(fill.lot_id for fill in fills if fill.symbol == symbol and fill.trade_id > last)
    rows = {row.lot_id: row for row in waiting}
    missing = {lot_id for lot_id in newer if lot_id is not None} - set(rows)
    rows.update({lot_id: row for lot_id in missing if (row := lots.get(lot_id=lot_id)) is not None})
    return sorted(rows.values(), key=lambda row: row.buy_order_id)


def _by_lot(entity: Any, ids: list[str], value_of: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in entity.select(lambda row: row.lot_id in ids):
        found.setdefault(row.lot_id, []).append(value_of(row))
    return found
