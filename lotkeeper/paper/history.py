"""Paging through orders and trades: which rows a query means (source: "Account endpoints", allOrders and myTrades).

Neither bound gives the newest, a start the oldest from there, an end the newest up to there; always ascending.
"""

from collections.abc import Sequence
from typing import TypeVar

from lotkeeper.paper.desks import Desk
from lotkeeper.paper.errors import ApiError
from lotkeeper.paper.orders import Order, Trade
from lotkeeper.paper.params import Params

DAY_MS = 86_400_000
DEFAULT_LIMIT, MAX_LIMIT = 500, 1000
TRADE_COMBINATIONS: tuple[set[str], ...] = (
    set(),
    {"orderId"},
    {"startTime"},
    {"endTime"},
    {"fromId"},
    {"startTime", "endTime"},
    {"orderId", "fromId"},
)

Row = TypeVar("Row")


def read_window(params: Params) -> tuple[int | None, int | None]:
    """The bounds startTime and endTime in ms; raises ApiError -1127 if they lie more than a day apart."""
    start, end = params.number("startTime"), params.number("endTime")
    if start is not None and end is not None:
        if end < start:
            raise ApiError(-1128, "Combination of optional parameters invalid.")
        if end - start > DAY_MS:
            raise ApiError(-1127, "More than 24 hours between startTime and endTime.")
    return start, end


def page(rows: Sequence[Row], from_start: bool, limit: int) -> Sequence[Row]:
    return rows[:limit] if from_start else rows[-limit:]


def older_trades(desk: Desk, params: Params, limit: int) -> Sequence[Trade]:
    """The account's trades that myTrades asks for; `fromId` is inclusive."""
    names = {name for name in ("orderId", "fromId", "startTime", "endTime") if name in params}
    start, end = read_window(params)
    order_id, from_id = params.number("orderId"), params.number("fromId")
    if names not in TRADE_COMBINATIONS:
        raise ApiError(-1128, "Combination of optional parameters invalid.")
    rows = [
        trade
        for trade in desk.trades
        if (order_id is None or trade.order.order_id == order_id)
        and (from_id is None or trade.trade_id >= from_id)
        and _inside(trade.time, start, end)
    ]
    return page(rows, from_id is not None or start is not None, limit)


def older_orders(desk: Desk, params: Params, limit: int) -> Sequence[Order]:
    """The account's orders that allOrders asks for: from `orderId` on, or within a window of creation times."""
    start, end = read_window(params)
    order_id = params.number("orderId")
    rows = [
        order
        for order in desk.orders.values()
        if (order_id is None or order.order_id >= order_id) and _inside(order.created, start, end)
    ]
    return page(rows, order_id is not None or start is not None, limit)


def _inside(time: int, start: int | None, end: int | None) -> bool:
    return (start is None or time >= start) and (end is None or time <= end)
