"""Reads lots from the database: each with all its parts, and many lots with a few queries."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from lotkeeper.trading.fee_reserve.reserve import FeesPaid
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import Disposal, DisposalKind
from lotkeeper.trading.money import total
from persistence.entities import Entities
from persistence.indexes import NOT_CLOSED, UNFINISHED, WITH_REST
from persistence.rows import (
    Parts,
    cost_move_of,
    disposal_of,
    dust_transfer_of,
    fee_value_of,
    fill_of,
    instruction_of,
    lot_of,
    order_of,
)

CLOSED = str(LotState.CLOSED)
BY_HAND = str(DisposalKind.SOLD_BY_HAND)
# Pony's generator queries decompile byte code, which each new Python changes: here are keywords and plain SQL instead,
# which SQLite and PostgreSQL understand alike.
_UNFINISHED = f"""\
SELECT * FROM lots WHERE id IN (
    SELECT id FROM lots WHERE symbol = $symbol AND {UNFINISHED}
    UNION
    SELECT id FROM lots WHERE lot_id IN (
        SELECT lot_id FROM fills WHERE symbol = $symbol AND trade_id > $cursor
        UNION
        SELECT lot_id FROM disposals WHERE symbol = $symbol AND way = $by_hand AND number > $cursor
    )
)
"""  # noqa: S608 (conditions of ours)
_WITH_REST = f"SELECT * FROM lots WHERE symbol = $symbol AND {WITH_REST}"  # noqa: S608 (likewise)
_LATEST = "SELECT buy_order_id FROM orders WHERE symbol = $symbol ORDER BY updated_ms DESC LIMIT $most"
_FIRST_TRADE = "SELECT time_ms FROM fills WHERE symbol = $symbol AND trade_id >= 0 ORDER BY trade_id LIMIT 1"
_FEES = "SELECT time_ms, commission, commission_asset FROM fills WHERE trade_id >= 0 AND time_ms >= $since_ms"
_NEWEST_FEE = "SELECT commission_asset FROM fills WHERE trade_id >= 0 ORDER BY time_ms DESC LIMIT 1"
_PARTS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("fills", fill_of),
    ("orders", order_of),
    ("fee_values", fee_value_of),
    ("disposals", disposal_of),
    ("sell_instructions", instruction_of),
)
_LOTS_PER_QUERY = 200  # SQLite takes a limited number of parameters
_LATEST_SELLS = 500  # more than an account may place within a minute: news of older ones has come long ago


def lots_of(entities: Entities, rows: Sequence[Any]) -> Iterator[Lot]:
    """The lots of these rows, with all their parts, in the order of the rows."""
    for start in range(0, len(rows), _LOTS_PER_QUERY):
        some = rows[start : start + _LOTS_PER_QUERY]
        ids = [row.lot_id for row in some]
        fills, orders, values, disposals, instructions = (_by_lot(entities.db, *each, ids) for each in _PARTS)
        transfers = _by_both_lots(entities.db, "carries", ids, dust_transfer_of)
        moves = _by_both_lots(entities.db, "cost_moves", ids, cost_move_of)
        for row in some:
            parts = fills, orders, values, transfers, disposals, instructions, moves
            each = [found.get(row.lot_id, ()) for found in parts]
            yield lot_of(row, Parts(*each))


def lot_rows(entities: Entities, symbol: str | None, open_only: bool, limit: int | None) -> Sequence[Any]:
    """The rows of lots, the newest record first."""
    wanted = ["symbol = $symbol"] if symbol is not None else []
    wanted += [NOT_CLOSED] if open_only else []
    where = f"WHERE {' AND '.join(wanted)}" if wanted else ""
    most = "" if limit is None else "LIMIT $limit"
    query = f"SELECT * FROM lots {where} ORDER BY id DESC {most}"  # noqa: S608 (no value stands in it)
    rows: Sequence[Any] = entities.lot.select_by_sql(query, {"symbol": symbol, "limit": limit})
    return rows


def unfinished_rows(entities: Entities, symbol: str, cursor: int | None, with_dust: bool) -> Sequence[Any]:
    """The rows of lots that may still change, by BUY order id.

    These are lots that are not closed; lots whose BUY may still fill; lots with trades after the cursor (manual sales
    too), because the next reconciliation reads those trades again; and, `with_dust`, lots with dust for a later lot.
    """
    values = {"symbol": symbol, "cursor": -1 if cursor is None else cursor, "by_hand": BY_HAND}
    rows = entities.lot.select_by_sql(_UNFINISHED, values)
    if with_dust:
        with_rest = entities.lot.select_by_sql(_WITH_REST, values)
        rows = {*rows, *(row for row in with_rest if row.state == CLOSED)}
    return sorted(rows, key=lambda row: row.buy_order_id)


def finished_ids(entities: Entities, symbol: str, unfinished: Sequence[Any]) -> frozenset[int]:
    """The BUY order ids of the lots that are not among the `unfinished` rows, of the SELLs that changed last."""
    latest = entities.db.select(_LATEST, {"symbol": symbol, "most": _LATEST_SELLS})
    return frozenset(map(int, latest)) - {row.buy_order_id for row in unfinished}


def finished_disposals(entities: Entities, symbol: str, unfinished: Sequence[Any]) -> tuple[Disposal, ...]:
    """What the lots that are not among the `unfinished` rows gave for manual sales."""
    ids, disposal = {row.lot_id for row in unfinished}, entities.disposal
    found = disposal.select().where(symbol=symbol, way=BY_HAND)
    ordered = found.order_by(disposal.number, disposal.buy_order_id)
    return tuple(disposal_of(row) for row in ordered if row.lot_id not in ids)


def first_trade_ms(entities: Entities, symbol: str) -> int | None:
    """When the first recorded trade of a pair happened; adopted coins, whose trade ids are below zero, have none."""
    found = entities.db.select(_FIRST_TRADE, {"symbol": symbol})
    return int(found[0]) if found else None


def fees_paid(entities: Entities, asset: str, since_ms: int) -> FeesPaid:
    """What the recorded trades since a moment paid in an asset; adopted coins are no trade."""
    rows = entities.db.select(_FEES, {"since_ms": since_ms})
    amount = total(Decimal(commission) for _, commission, paid_in in rows if paid_in == asset)
    newest = entities.db.select(_NEWEST_FEE)
    first_ms = min((int(time_ms) for time_ms, _, _ in rows), default=None)
    return FeesPaid(amount, first_ms, str(newest[0]) if newest else "")


def _by_lot(db: Any, table: str, value_of: Any, ids: list[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in _rows_with(db, table, "lot_id", ids):
        found.setdefault(row.lot_id, []).append(value_of(row))
    return found


def _by_both_lots(db: Any, table: str, ids: list[str], value_of: Any) -> dict[str, list[Any]]:
    """Each transfer, or move, belongs to two lots; perhaps only one of them is in `ids`."""
    found: dict[str, list[Any]] = {}
    for row in {*_rows_with(db, table, "source_lot", ids), *_rows_with(db, table, "target_lot", ids)}:
        for lot_id in (row.source_lot, row.target_lot):
            found.setdefault(lot_id, []).append(value_of(row))
    return found


def _rows_with(db: Any, table: str, column: str, ids: Sequence[str]) -> list[Any]:
    """The rows that have one of these ids in a column; each id is a parameter of the query.

    They are no entities: nothing is changed in them, and Pony takes three times as long to make an entity as to read
    its row.
    """
    names = {f"id{number}": each for number, each in enumerate(ids)}
    among = ", ".join(f"${name}" for name in names)
    rows: list[Any] = db.select(f"SELECT * FROM {table} WHERE {column} IN ({among})", names)  # noqa: S608 (ours alone)
    return rows
