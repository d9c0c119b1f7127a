"""Writes records as rows. A record may come twice, late or out of order; the rows are the same in the end."""

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import DisposalKind
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.orders.stop_leg import with_all_known
from persistence.balances import end_older_balances, write_balance
from persistence.buy_orders import end_others, write_buy
from persistence.entities import Entities
from persistence.incidents import end_other_incidents, write_incident
from persistence.journal.rows import write_decision
from persistence.order_lists import write_list_of_sell
from persistence.records import (
    BalanceRecord,
    BuyRecord,
    CostMoveRecord,
    CursorRecord,
    DecisionRecord,
    DisposalRecord,
    DustTransferRecord,
    Entry,
    FeeValueRecord,
    FillRecord,
    IncidentRecord,
    InstructionRecord,
    KeptOrdersRecord,
    LotRecord,
    OpenBuysRecord,
    OpenIncidentsRecord,
    OrderRecord,
    OtherBalancesRecord,
    PairRecord,
    StateRecord,
)
from persistence.rows import (
    Columns,
    cost_move_columns,
    digits,
    disposal_columns,
    dust_transfer_columns,
    fee_value_columns,
    fill_columns,
    instruction_columns,
    order_columns,
    pair_columns,
)
from persistence.stop_text import stop_from_text, stop_to_text
from persistence.sums import forget_sums


def write(entities: Entities, entries: Sequence[Entry]) -> None:
    """Writes the entries in the open transaction."""
    _prefetch_fills(entities, entries)
    news = [entry for entry in entries if _WRITERS[type(entry)](entities, entry)]
    for lot_id in {lot_id for entry in news for lot_id in _changed_lots(entry)}:
        _clear_sums(entities, lot_id)


def _changed_lots(entry: Entry) -> tuple[str, ...]:
    """The lots whose sums change with an entry that has news."""
    if isinstance(entry, DustTransferRecord):
        return entry.transfer.source_lot, entry.transfer.target_lot
    if isinstance(entry, CostMoveRecord):
        return entry.move.source_lot, entry.move.target_lot
    lot_id = entry.lot_id if isinstance(entry, _RECORDS_OF_ONE_LOT) else None
    return () if lot_id is None else (lot_id,)


def _prefetch_fills(entities: Entities, entries: Sequence[Entry]) -> None:
    """Reads the fills of each lot that comes with many, which saves Pony a query for each fill."""
    fills = Counter(entry.lot_id for entry in entries if isinstance(entry, FillRecord) and entry.lot_id is not None)
    for lot_id, count in fills.items():
        if count >= _PREFETCHED_FROM:
            entities.fill.select().where(lot_id=lot_id).fetch()


def must_survive_power_loss(entry: Entry) -> bool:
    """Whether the exchange does not know it: an operator's command, the lease."""
    if isinstance(entry, FillRecord):
        return entry.fill.trade_id < 0  # adopted coins, which came without a trade
    if isinstance(entry, InstructionRecord | CostMoveRecord):
        return True
    is_release = isinstance(entry, DisposalRecord) and entry.disposal.kind is DisposalKind.RELEASED
    return (
        is_release or isinstance(entry, StateRecord) or (isinstance(entry, LotRecord) and entry.state is LotState.HELD)
    )


def _write_fill(entities: Entities, entry: FillRecord) -> bool:
    """A fill never changes; only its lot may become known later."""
    fill = entry.fill
    row = entities.fill.get(symbol=fill.symbol, trade_id=fill.trade_id, side=str(fill.side))
    if row is None:
        key = {"symbol": fill.symbol, "trade_id": fill.trade_id, "side": str(fill.side)}
        entities.fill(**key, lot_id=entry.lot_id, **fill_columns(fill))
        return True
    return row.lot_id is None and entry.lot_id is not None and _update(row, {"lot_id": entry.lot_id})


def _write_order(entities: Entities, entry: OrderRecord) -> bool:
    order = entry.order
    key = {"symbol": order.symbol, "buy_order_id": order.name.buy_order_id, "generation": order.name.generation}
    row = entities.order.get(**key)
    write_list_of_sell(entities, order)
    if row is None:
        entities.order(**key, lot_id=entry.lot_id, **order_columns(order))
        return True
    return _update(row, _newer_order(row, order))


def _drop_old_setbacks(entities: Entities, entry: KeptOrdersRecord) -> None:
    """Deletes what was refused or expired, is older than the newest SELL that is kept, and sold nothing."""
    newest = max(entry.kept, default=0)
    for state in (OrderState.REFUSED, OrderState.EXPIRED):
        for row in entities.order.select().where(lot_id=entry.lot_id, state=str(state)):
            if row.generation not in entry.kept and row.generation < newest and not Decimal(row.executed):
                row.delete()


def _newer_order(row: Any, order: SellOrder) -> Columns:
    """What changes. A late copy of an older state changes only values that never decrease or are set once."""
    grown = {
        "executed": digits(max(Decimal(row.executed), order.executed)),
        "order_id": row.order_id if order.order_id is None else order.order_id,
        "created_ms": row.created_ms if order.created_ms is None else order.created_ms,
    }
    known = stop_from_text(row.stop)
    if order.updated_ms < row.updated_ms:
        return {**grown, "stop": stop_to_text(with_all_known(known, order.stop))}
    return {**order_columns(order), **grown, "stop": stop_to_text(with_all_known(order.stop, known))}


def _write_lot(entities: Entities, entry: LotRecord) -> bool:
    columns = {
        "symbol": entry.symbol,
        "base": entry.base,
        "quote": entry.quote,
        "buy_order_id": entry.buy_order_id,
        "state": str(entry.state),
        "hold": None if entry.hold is None else str(entry.hold),
        "reason": entry.reason,
        "buy_ended": entry.buy_ended,
        "break_even_ms": entry.break_even_ms,
        "opened_ms": entry.opened_ms,
        "closed_ms": entry.closed_ms,
    }
    row = entities.lot.get(lot_id=entry.lot_id)
    if row is None:
        entities.lot(lot_id=entry.lot_id, **columns)
        return True
    return _update(row, columns)


def _write_fee_value(entities: Entities, entry: FeeValueRecord) -> bool:
    """The first value stays: it was taken at the time of the fill."""
    key = {"lot_id": entry.lot_id, "trade_id": entry.value.trade_id}
    is_new = entities.fee_value.get(**key) is None
    if is_new:
        entities.fee_value(**key, symbol=entry.symbol, **fee_value_columns(entry.value))
    return is_new


def _write_dust_transfer(entities: Entities, entry: DustTransferRecord) -> bool:
    """A transfer never changes."""
    transfer = entry.transfer
    key = {
        "symbol": transfer.symbol,
        "source": transfer.source,
        "target": transfer.target,
        "generation": transfer.generation,
    }
    is_new = entities.dust_transfer.get(**key) is None
    if is_new:
        entities.dust_transfer(**key, **dust_transfer_columns(transfer))
    return is_new


def _write_cost_move(entities: Entities, entry: CostMoveRecord) -> bool:
    """A move never changes."""
    move = entry.move
    key = {"symbol": move.symbol, "source": move.source, "target": move.target, "number": move.number}
    is_new = entities.cost_move.get(**key) is None
    if is_new:
        entities.cost_move(**key, **cost_move_columns(move))
    return is_new


def _write_disposal(entities: Entities, entry: DisposalRecord) -> bool:
    """A disposal may grow, and becomes zero when its SELL turns out to be one of ours."""
    disposal = entry.disposal
    key = {
        "symbol": disposal.symbol,
        "buy_order_id": disposal.buy_order_id,
        "way": str(disposal.kind),
        "number": disposal.number,
    }
    row = entities.disposal.get(**key)
    if row is None:
        entities.disposal(**key, **disposal_columns(disposal))
        return True
    return _update(row, disposal_columns(disposal))


def _write_instruction(entities: Entities, entry: InstructionRecord) -> None:
    """What was asked for never changes, and an end stays: a late copy may be of before it."""
    instruction = entry.instruction
    row = entities.instruction.get(lot_id=entry.lot_id, number=instruction.number)
    if row is None:
        entities.instruction(lot_id=entry.lot_id, number=instruction.number, **instruction_columns(instruction))
    elif instruction.end is not None:
        _update(row, {"ended": str(instruction.end)})


def _write_cursor(entities: Entities, entry: CursorRecord) -> None:
    """The cursor only goes forward."""
    row = entities.cursor.get(symbol=entry.symbol)
    if row is None:
        entities.cursor(symbol=entry.symbol, last_trade_id=entry.last_trade_id, at_ms=entry.at_ms)
    elif (entry.last_trade_id, entry.at_ms) > (row.last_trade_id, row.at_ms):
        _update(row, {"last_trade_id": entry.last_trade_id, "at_ms": entry.at_ms})


def _write_pair(entities: Entities, entry: PairRecord) -> None:
    symbol = entry.terms.market.pair.symbol
    row = entities.pair.get(symbol=symbol)
    if row is None:
        entities.pair(symbol=symbol, **pair_columns(entry.terms))
    else:
        _update(row, pair_columns(entry.terms))


def _write_state(entities: Entities, entry: StateRecord) -> None:
    row = entities.state.get(key=entry.key)
    if row is None:
        entities.state(key=entry.key, value=entry.value)
    else:
        _update(row, {"value": entry.value})


def _update(row: Any, columns: Columns) -> bool:
    """Sets only what differs, so that an entry without news costs no write; whether anything does."""
    changed = {name: value for name, value in columns.items() if getattr(row, name) != value}
    if changed:
        row.set(**changed)
    return bool(changed)


def _clear_sums(entities: Entities, lot_id: str) -> None:
    row = entities.lot.get(lot_id=lot_id)
    if row is not None:
        forget_sums(entities, row)
        _update(row, {"is_counted": None})


_PREFETCHED_FROM = 5  # fills of one lot
_RECORDS_OF_ONE_LOT = (FillRecord, OrderRecord, LotRecord, FeeValueRecord, DisposalRecord)

# Each returns whether it changed anything; those that change no lot's sums return None.
_WRITERS: dict[type, Callable[[Entities, Any], bool | None]] = {
    FillRecord: _write_fill,
    OrderRecord: _write_order,
    BuyRecord: write_buy,
    OpenBuysRecord: end_others,
    KeptOrdersRecord: _drop_old_setbacks,
    LotRecord: _write_lot,
    FeeValueRecord: _write_fee_value,
    DustTransferRecord: _write_dust_transfer,
    CostMoveRecord: _write_cost_move,
    DisposalRecord: _write_disposal,
    InstructionRecord: _write_instruction,
    CursorRecord: _write_cursor,
    PairRecord: _write_pair,
    StateRecord: _write_state,
    DecisionRecord: write_decision,
    IncidentRecord: write_incident,
    OpenIncidentsRecord: end_other_incidents,
    BalanceRecord: write_balance,
    OtherBalancesRecord: end_older_balances,
}
