"""Amend keepPriority and its history (source: "Order Amend Keep Priority")."""

from binance_sim.api.call import Call, Json
from binance_sim.api.endpoints.trading import find_order
from binance_sim.api.paging import DEFAULT_LIMIT, MAX_LIMIT
from binance_sim.api.shapes import lists
from binance_sim.api.shapes import orders as shapes
from binance_sim.api.tickets import random_id, read_qty
from binance_sim.errors import amend_rejected
from binance_sim.matching.amending import amend


def amend_order(call: Call) -> Json:
    desk, params = call.desk(), call.params
    order = find_order(desk, call.account, params, amend_rejected("Unknown order sent."))
    qty = read_qty(params, "newQty")
    client_id = params.client_id("newClientOrderId") or random_id()
    params.finish()
    if not order.is_open:
        raise amend_rejected("Unknown order sent.")
    with call.exchange.transaction(desk) as tx:
        answer = shapes.amended(amend(tx, order, qty, client_id), call.unit)
        return answer if order.order_list is None else answer | lists.amended_list(order.order_list)


def amendments(call: Call) -> list[Json]:
    desk, params = call.desk(), call.params
    order_id, first = params.need_number("orderId"), params.number("fromExecutionId") or 0
    limit = params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    params.finish()
    rows = call.account.blotter(desk.name).amendments
    found = [row for row in rows if row.order.order_id == order_id and row.execution_id >= first]
    return [shapes.amendment(row, call.unit) for row in found[:limit]]
