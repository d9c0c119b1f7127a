"""Between the values of lotkeeper.trading and the columns of the tables. Money stays exact: text on one side, Decimal
on the other.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from lotkeeper.trading.client_ids import SellName
from lotkeeper.trading.fills import FeeValue, Fill, Side
from lotkeeper.trading.lot_states import LotState
from lotkeeper.trading.lots import Lot
from lotkeeper.trading.order_states import OrderState
from lotkeeper.trading.orders import SellOrder
from lotkeeper.trading.pairs import TradePair

Columns = dict[str, Any]


def digits(value: Decimal) -> str:
    """`value` in plain decimal digits; raises ValueError for NaN and Infinity, which are no money."""
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
        row.is_maker,
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
    }


def order_of(row: Any) -> SellOrder:
    return SellOrder(
        row.symbol,
        SellName(row.buy_order_id, row.generation),
        Decimal(row.price),
        Decimal(row.quantity),
        Decimal(row.cost),
        OrderState(row.state),
        row.sent_ms,
        row.order_id,
        Decimal(row.executed),
        row.updated_ms,
    )


def fee_value_columns(value: FeeValue) -> Columns:
    return {
        "asset": value.asset,
        "price": digits(value.price),
        "time_ms": value.time_ms,
        "value": digits(value.value),
    }


def fee_value_of(row: Any) -> FeeValue:
    return FeeValue(row.trade_id, row.asset, Decimal(row.price), row.time_ms, Decimal(row.value))


def pair_columns(pair: TradePair) -> Columns:
    return {
        "base": pair.base,
        "quote": pair.quote,
        "status": pair.status,
        "tick": digits(pair.tick),
        "step": digits(pair.step),
        "min_price": digits(pair.min_price),
        "max_price": digits(pair.max_price),
        "min_quantity": digits(pair.min_quantity),
        "max_quantity": digits(pair.max_quantity),
        "min_notional": digits(pair.min_notional),
        "max_notional": digits(pair.max_notional),
    }


def pair_of(row: Any) -> TradePair:
    return TradePair(
        row.symbol,
        row.base,
        row.quote,
        row.status,
        Decimal(row.tick),
        Decimal(row.step),
        Decimal(row.min_price),
        Decimal(row.max_price),
        Decimal(row.min_quantity),
        Decimal(row.max_quantity),
        Decimal(row.min_notional),
        Decimal(row.max_notional),
    )


def lot_of(row: Any, fills: Iterable[Fill], orders: Iterable[SellOrder], values: Iterable[FeeValue]) -> Lot:
    """The lot of a row and of what belongs to it: fills and fee values by trade id, orders by generation."""
    sides = sorted(fills, key=lambda fill: fill.trade_id)
    return Lot(
        row.symbol,
        row.base,
        row.quote,
        row.buy_order_id,
        tuple(fill for fill in sides if fill.side is Side.BUY),
        tuple(fill for fill in sides if fill.side is Side.SELL),
        tuple(sorted(orders, key=lambda order: order.name.generation)),
        tuple(sorted(values, key=lambda value: value.trade_id)),
        LotState(row.state),
        row.reason,
        row.buy_ended,
    )
