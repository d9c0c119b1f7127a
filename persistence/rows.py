"""Converts between the values of lotkeeper.trading and table columns. Money stays exact: Decimal here, text there."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lotkeeper.trading.lots.instructions import InstructionEnd, PriceKind, SellInstruction
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import HoldReason, LotState
from lotkeeper.trading.lots.transfers import CostMove, Disposal, DisposalKind, DustTransfer
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.fills import FeeValue, Fill, Side
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.orders.trails import Trail
from lotkeeper.trading.policy import Terms
from persistence.stop_text import stop_from_text, stop_to_text
from persistence.terms_text import terms_to_text

Columns = dict[str, Any]


def digits(value: Decimal) -> str:
    """`value` in plain decimal digits; raises ValueError for NaN and Infinity."""
    if not value.is_finite():
        raise ValueError(f"{value} cannot be stored: not a finite number")
    return format(value, "f")


def fill_columns(fill: Fill) -> Columns:
    return {
        "order_id": fill.order_id,
        "price": digits(fill.price),
        "quantity": digits(fill.quantity),
        "quote_quantity": digits(fill.quote_quantity),
        "commission": digits(fill.commission),
        "commission_asset": fill.commission_asset,
        "time_ms": fill.time_ms,
        "is_maker": fill.is_maker,
    }


def fill_of(row: Any) -> Fill:
    return Fill(
        row.symbol,
        row.trade_id,
        row.order_id,
        Side(row.side),
        Decimal(row.price),
        Decimal(row.quantity),
        Decimal(row.quote_quantity),
        Decimal(row.commission),
        row.commission_asset,
        row.time_ms,
        bool(row.is_maker),  # SQLite has numbers, which are seen where rows are read without Pony
    )


def order_columns(order: SellOrder) -> Columns:
    return {
        "price": digits(order.price),
        "quantity": digits(order.quantity),
        "cost": digits(order.cost),
        "state": str(order.state),
        "sent_ms": order.sent_ms,
        "order_id": order.order_id,
        "executed": digits(order.executed),
        "updated_ms": order.updated_ms,
        "profit": None if order.profit is None else digits(order.profit),
        "sell_rate": None if order.sell_rate is None else digits(order.sell_rate),
        "created_ms": order.created_ms,
        **_trail_columns(order.trail),
        "stop": stop_to_text(order.stop),
        "is_instructed": order.name.is_instructed or None,
        "purchase": order.name.purchase or None,
    }


def order_of(row: Any) -> SellOrder:
    return SellOrder(
        row.symbol,
        SellName(row.buy_order_id, row.generation, bool(row.is_instructed), row.purchase or ""),
        Decimal(row.price),
        Decimal(row.quantity),
        Decimal(row.cost),
        OrderState(row.state),
        row.sent_ms,
        row.order_id,
        Decimal(row.executed),
        row.updated_ms,
        None if row.profit is None else Decimal(row.profit),
        None if row.sell_rate is None else Decimal(row.sell_rate),
        row.created_ms,
        _trail_of(row),
        stop=stop_from_text(row.stop),
    )


def _trail_columns(trail: Trail | None) -> Columns:
    stop = None if trail is None or trail.stop_price is None else digits(trail.stop_price)
    return {"trail_delta": None if trail is None else trail.delta, "stop_price": stop}


def _trail_of(row: Any) -> Trail | None:
    if row.trail_delta is None:
        return None
    return Trail(row.trail_delta, None if row.stop_price is None else Decimal(row.stop_price))


def fee_value_columns(value: FeeValue) -> Columns:
    return {
        "asset": value.asset,
        "price": digits(value.price),
        "time_ms": value.time_ms,
        "value": digits(value.value),
    }


def fee_value_of(row: Any) -> FeeValue:
    return FeeValue(row.trade_id, row.asset, Decimal(row.price), row.time_ms, Decimal(row.value))


def dust_transfer_columns(transfer: DustTransfer) -> Columns:
    return {
        "source_lot": transfer.source_lot,
        "target_lot": transfer.target_lot,
        "quantity": digits(transfer.quantity),
        "cost": digits(transfer.cost),
        "time_ms": transfer.time_ms,
    }


def dust_transfer_of(row: Any) -> DustTransfer:
    return DustTransfer(
        row.symbol,
        row.source,
        row.target,
        row.generation,
        Decimal(row.quantity),
        Decimal(row.cost),
        row.time_ms,
    )


def cost_move_columns(move: CostMove) -> Columns:
    return {
        "source_lot": move.source_lot,
        "target_lot": move.target_lot,
        "cost": digits(move.cost),
        "time_ms": move.time_ms,
    }


def cost_move_of(row: Any) -> CostMove:
    return CostMove(row.symbol, row.source, row.target, row.number, Decimal(row.cost), row.time_ms)


def disposal_columns(disposal: Disposal) -> Columns:
    return {
        "lot_id": disposal.lot_id,
        "order_id": disposal.order_id,
        "quantity": digits(disposal.quantity),
        "cost": digits(disposal.cost),
        "proceeds": digits(disposal.proceeds),
        "time_ms": disposal.time_ms,
    }


def disposal_of(row: Any) -> Disposal:
    return Disposal(
        row.symbol,
        row.buy_order_id,
        DisposalKind(row.way),
        row.number,
        row.order_id,
        Decimal(row.quantity),
        Decimal(row.cost),
        Decimal(row.proceeds),
        row.time_ms,
    )


def instruction_columns(instruction: SellInstruction) -> Columns:
    return {
        "request": instruction.request,
        "kind": str(instruction.kind),
        "quantity": digits(instruction.quantity),
        "price": digits(instruction.price),
        "is_whole": instruction.is_whole,
        "is_below_floor_allowed": instruction.is_below_floor_allowed,
        "sold_before": digits(instruction.sold_before),
        "from_generation": instruction.from_generation,
        "at_ms": instruction.at_ms,
        "who": instruction.who,
        "why": instruction.why,
        "ended": None if instruction.end is None else str(instruction.end),
    }


def instruction_of(row: Any) -> SellInstruction:
    return SellInstruction(
        row.number,
        row.request,
        PriceKind(row.kind),
        Decimal(row.quantity),
        Decimal(row.price),
        bool(row.is_whole),
        bool(row.is_below_floor_allowed),
        Decimal(row.sold_before),
        row.from_generation,
        row.at_ms,
        row.who,
        row.why,
        None if row.ended is None else InstructionEnd(row.ended),
    )


def pair_columns(terms: Terms) -> Columns:
    pair = terms.market.pair
    return {"base": pair.base, "quote": pair.quote, "status": pair.status, "terms": terms_to_text(terms)}


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a lot that other tables have, in any order."""

    fills: Iterable[Fill] = ()
    orders: Iterable[SellOrder] = ()
    values: Iterable[FeeValue] = ()
    transfers: Iterable[DustTransfer] = ()
    disposals: Iterable[Disposal] = ()
    instructions: Iterable[SellInstruction] = ()
    moves: Iterable[CostMove] = ()


def _place_of_move(move: CostMove) -> tuple[int, int, int, int]:
    return move.time_ms, move.source, move.target, move.number


def lot_of(row: Any, parts: Parts) -> Lot:
    """The lot of a row and its parts: fills and fee values by trade id, orders by generation."""
    fills = sorted(parts.fills, key=lambda fill: fill.trade_id)
    transfers = sorted(parts.transfers, key=lambda each: (each.time_ms, each.source, each.target, each.generation))
    return Lot(
        symbol=row.symbol,
        base=row.base,
        quote=row.quote,
        buy_order_id=row.buy_order_id,
        buys=tuple(fill for fill in fills if fill.side is Side.BUY),
        sells=tuple(fill for fill in fills if fill.side is Side.SELL),
        orders=tuple(sorted(parts.orders, key=lambda order: order.name.generation)),
        fee_values=tuple(sorted(parts.values, key=lambda value: value.trade_id)),
        state=LotState(row.state),
        reason=row.reason,
        buy_ended=bool(row.buy_ended),
        dust_taken=tuple(each for each in transfers if each.target == row.buy_order_id),
        dust_given=tuple(each for each in transfers if each.source == row.buy_order_id),
        hold=None if row.hold is None else HoldReason(row.hold),
        disposals=tuple(sorted(parts.disposals, key=lambda each: (each.time_ms, each.number))),
        instructions=tuple(sorted(parts.instructions, key=lambda each: each.number)),
        cost_moves=tuple(sorted(parts.moves, key=_place_of_move)),
        break_even_ms=row.break_even_ms,
    )
