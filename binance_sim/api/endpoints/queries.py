"""Orders and trades of the account (source: "Account endpoints")."""

from binance_sim.api.call import Call, Json
from binance_sim.api.endpoints.trading import find_order
from binance_sim.api.paging import DEFAULT_LIMIT, MAX_LIMIT, inside, page
from binance_sim.api.shapes import orders as shapes
from binance_sim.errors import bad_combination, unknown_order

TRADE_COMBINATIONS: tuple[set[str], ...] = (
    set(),
    {"orderId"},
    {"startTime"},
    {"endTime"},
    {"fromId"},
    {"startTime", "endTime"},
    {"orderId", "fromId"},
)


def get_order(call: Call) -> Json:
    order = find_order(call.desk(), call.account, call.params, unknown_order())
    call.params.finish()
    if not call.sees(order.created):
        raise unknown_order()
    return shapes.queried(order, call.unit)


def open_orders(call: Call) -> list[Json]:
    names = [call.desk().name] if call.params.text("symbol") else list(call.exchange.desks)
    call.params.finish()
    return [
        shapes.queried(order, call.unit)
        for name in names
        for order in sorted(call.account.blotter(name).open.values(), key=lambda order: order.order_id)
        if call.sees(order.created)
    ]


def all_orders(call: Call) -> list[Json]:
    """From `orderId` on, or created within a window."""
    desk, params = call.desk(), call.params
    first, (start, end) = params.number("orderId"), params.window()
    limit = params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    params.finish()
    rows = [
        order
        for order in call.account.blotter(desk.name).orders.values()
        if (first is None or order.order_id >= first) and inside(order.created, start, end) and call.sees(order.created)
    ]
    return [shapes.queried(order, call.unit) for order in page(rows, first is not None or start is not None, limit)]


def my_trades(call: Call) -> list[Json]:
    """`fromId` is inclusive."""
    desk, params = call.desk(), call.params
    names = {name for name in ("orderId", "fromId", "startTime", "endTime") if name in params}
    start, end = params.window()
    order_id, first = params.number("orderId"), params.number("fromId")
    limit = params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    params.finish()
    if names not in TRADE_COMBINATIONS:
        raise bad_combination()
    rows = [
        trade
        for trade in call.account.blotter(desk.name).trades
        if (order_id is None or trade.order.order_id == order_id)
        and (first is None or trade.trade_id >= first)
        and inside(trade.time, start, end)
        and call.sees(trade.time)
    ]
    return [shapes.own_trade(trade, call.unit) for trade in page(rows, first is not None or start is not None, limit)]


def my_prevented_matches(call: Call) -> list[Json]:
    desk, params = call.desk(), call.params
    match_id, order_id = params.number("preventedMatchId"), params.number("orderId")
    first, limit = params.number("fromPreventedMatchId"), params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    params.finish()
    if (match_id is None) == (order_id is None) or (first is not None and order_id is None):
        raise bad_combination()
    rows = [
        match
        for match in call.account.blotter(desk.name).prevented
        if (match_id is None or match.match_id == match_id)
        and (order_id is None or order_id in (match.taker.order_id, match.maker.order_id))
        and (first is None or match.match_id >= first)
    ]
    return [shapes.prevented_match(match, call.unit) for match in rows[:limit]]


def my_allocations(call: Call) -> list[Json]:
    """Always none: there is no smart order routing here."""
    call.desk()
    call.params.window()
    for name in ("fromAllocationId", "limit", "orderId"):
        call.params.number(name)
    call.params.finish()
    return []
