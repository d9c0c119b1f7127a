"""The order lists of the exchange as rows, with the orders in them: by the list's own id, once it is known.

What stands of a list is written with the SELL or the BUY that is in it, from values that the record has already.
"""

from typing import Any

from lotkeeper.trading.lots.transfers import lot_id
from lotkeeper.trading.orders.list_kinds import OrderListKind, StopKind
from lotkeeper.trading.orders.order import OrderReport, SellOrder
from lotkeeper.trading.orders.stop_leg import StopLeg
from lotkeeper.trading.selling.break_even import has_break_even
from persistence.entities import Entities
from persistence.rows import Columns, digits


def write_list_of_sell(entities: Entities, order: SellOrder) -> None:
    """A SELL of ours with its stop; nothing before the exchange has named the list."""
    stop = order.stop
    if stop is None or stop.list_id is None:
        return
    columns = {
        "kind": str(OrderListKind.SELL_AND_STOP),
        "lot_id": lot_id(order.symbol, order.name.buy_order_id),
        "buy_order_id": order.name.buy_order_id,
        "generation": order.name.generation,
        **_columns(order, stop),
    }
    _write(entities, order.symbol, stop.list_id, columns)


def write_list_of_buy(entities: Entities, report: OrderReport) -> None:
    """A BUY of ours or of the trader that is in a list; nothing for one that is alone."""
    if report.list_id is None:
        return
    columns = {
        "kind": str(OrderListKind.BUY_AND_SELLS),
        "lot_id": lot_id(report.symbol, report.order_id),
        "buy_order_id": report.order_id,
    }
    _write(entities, report.symbol, report.list_id, columns)


def _columns(order: SellOrder, stop: StopLeg) -> Columns:
    return {
        "target_order_id": order.order_id,
        "stop_order_id": stop.order_id,
        "stop_kind": str(StopKind.BREAK_EVEN if has_break_even(order) else StopKind.STOP_LOSS),
        "trigger_price": None if stop.prices is None else digits(stop.prices.trigger),
        "limit_price": None if stop.prices is None else digits(stop.prices.limit),
        "target_ended": stop.target_has_ended,
        "stop_ended": stop.has_ended,
    }


def _write(entities: Entities, symbol: str, list_id: int, columns: Columns) -> None:
    row: Any = entities.order_list.get(symbol=symbol, list_id=list_id)
    if row is None:
        entities.order_list(symbol=symbol, list_id=list_id, **columns)
        return
    changed = {name: value for name, value in columns.items() if _is_news(getattr(row, name), value)}
    if changed:
        row.set(**changed)


def _is_news(known: Any, value: Any) -> bool:
    """A late copy may know less, and not yet of an end."""
    return value != known and value is not None and known is not True
