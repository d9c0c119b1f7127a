"""Reads lots from the database: each with all its parts, and many lots with a few queries."""

from collections.abc import Iterator, Sequence
from typing import Any

from pony.orm import select

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import Disposal, DisposalKind
from persistence.entities import Entities
from persistence.rows import Parts, disposal_of, dust_transfer_of, fee_value_of, fill_of, lot_of, order_of

CLOSED = str(LotState.CLOSED)
BY_HAND = str(DisposalKind.SOLD_BY_HAND)
NO_REST = "0"
_LOTS_PER_QUERY = 200  # SQLite takes a limited number of parameters
_LATEST_SELLS = 500  # more than an account may place within a minute: news of older ones has come long ago


def lots_of(entities: Entities, rows: Sequence[Any]) -> Iterator[Lot]:
    """The lots of these rows, with all their parts, in the order of the rows."""
    for start in range(0, len(rows), _LOTS_PER_QUERY):
        some = rows[start : start + _LOTS_PER_QUERY]
        ids = [row.lot_id for row in some]
        fills = _by_lot(entities.fill, ids, fill_of)
        orders = _by_lot(entities.order, ids, order_of)
        values = _by_lot(entities.fee_value, ids, fee_value_of)
        transfers = _dust_transfers_by_lot(entities.dust_transfer, ids)
        disposals = _by_lot(entities.disposal, ids, disposal_of)
        for row in some:
            each = [found.get(row.lot_id, ()) for found in (fills, orders, values, transfers, disposals)]
            yield lot_of(row, Parts(*each))


def lot_rows(entities: Entities, symbol: str | None, open_only: bool, limit: int | None) -> Sequence[Any]:
    """The rows of lots, the newest record first."""
    query = entities.lot.select()
    if symbol is not None:
        query = query.where(symbol=symbol)
    if open_only:
        query = query.filter(lambda lot: lot.state != CLOSED)
    query = query.order_by(lambda lot: -lot.id)
    return list(query if limit is None else query.limit(limit))


def unfinished_rows(entities: Entities, symbol: str, cursor: int | None, with_dust: bool) -> Sequence[Any]:
    """The rows of lots that may still change, by BUY order id.

    These are lots that are not closed; lots whose BUY may still fill; lots with trades after the cursor (manual sales
    too), because the next reconciliation reads those trades again; and, `with_dust`, lots with dust for a later lot.
    """
    lots, fills, disposals, by_hand = entities.lot, entities.fill, entities.disposal, BY_HAND
    waiting = lots.select(lambda lot: lot.symbol == symbol and (lot.state != CLOSED or not lot.buy_ended))
    last = -1 if cursor is None else cursor
    newer = set(select(fill.lot_id for fill in fills if fill.symbol == symbol and fill.trade_id > last))
    newer |= set(select(d.lot_id for d in disposals if d.symbol == symbol and d.way == by_hand and d.number > last))
    rows = {row.lot_id: row for row in waiting}
    if with_dust:
        dusty = lots.select(lambda lot: lot.symbol == symbol and lot.state == CLOSED and lot.rest != NO_REST)
        rows.update({row.lot_id: row for row in dusty})
    missing = {lot_id for lot_id in newer if lot_id is not None} - set(rows)
    rows.update({lot_id: row for lot_id in missing if (row := lots.get(lot_id=lot_id)) is not None})
    return sorted(rows.values(), key=lambda row: row.buy_order_id)


def finished_ids(entities: Entities, symbol: str, unfinished: Sequence[Any]) -> frozenset[int]:
    """The BUY order ids of the lots that are not among the `unfinished` rows, of the SELLs that changed last."""
    latest = entities.order.select().where(symbol=symbol).order_by(lambda order: -order.updated_ms)
    return frozenset(order.buy_order_id for order in latest.limit(_LATEST_SELLS)) - {
        row.buy_order_id for row in unfinished
    }


def finished_disposals(entities: Entities, symbol: str, unfinished: Sequence[Any]) -> tuple[Disposal, ...]:
    """What the lots that are not among the `unfinished` rows gave for manual sales."""
    ids = {row.lot_id for row in unfinished}
    found = entities.disposal.select().where(symbol=symbol, way=BY_HAND)
    ordered = found.order_by(lambda row: (row.number, row.buy_order_id))
    return tuple(disposal_of(row) for row in ordered if row.lot_id not in ids)


def first_trade_ms(entities: Entities, symbol: str) -> int | None:
    """When the first recorded trade of a pair happened; adopted coins, whose trade ids are below zero, have none."""
    query = entities.fill.select(lambda fill: fill.symbol == symbol and fill.trade_id >= 0)
    row = query.order_by(lambda fill: fill.trade_id).first()
    return None if row is None else int(row.time_ms)


def _by_lot(entity: Any, ids: list[str], value_of: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in entity.select(lambda row: row.lot_id in ids):
        found.setdefault(row.lot_id, []).append(value_of(row))
    return found


def _dust_transfers_by_lot(entity: Any, ids: list[str]) -> dict[str, list[Any]]:
    """Each transfer belongs to two lots; perhaps only one of them is in `ids`."""
    found: dict[str, list[Any]] = {}
    for row in entity.select(lambda row: row.source_lot in ids or row.target_lot in ids):
        for lot_id in (row.source_lot, row.target_lot):
            found.setdefault(lot_id, []).append(dust_transfer_of(row))
    return found
