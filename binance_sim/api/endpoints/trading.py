"""Placing and canceling single orders (source: "Trading endpoints")."""

from typing import Any

from binance_sim.account.account import Account
from binance_sim.api.call import Call, Json
from binance_sim.api.params import Params
from binance_sim.api.shapes import accounts, lists
from binance_sim.api.shapes import orders as shapes
from binance_sim.api.tickets import random_id, read_response_kind, read_ticket
from binance_sim.errors import ApiError, cancel_rejected, one_of
from binance_sim.matching.desks import Desk
from binance_sim.matching.ending import cancel
from binance_sim.matching.orders import Order
from binance_sim.matching.placing import check, place

RESTRICTIONS = {"ONLY_NEW": "NEW", "ONLY_PARTIALLY_FILLED": "PARTIALLY_FILLED"}


def new_order(call: Call) -> Json:
    desk = call.desk()
    ticket = read_ticket(call.params, desk.rules)
    kind = read_response_kind(call.params, ticket.kind)
    call.params.finish()
    with call.exchange.transaction(desk) as tx:
        return shapes.placed(place(tx, call.account, ticket), kind, call.unit)


def test_order(call: Call) -> Json:
    """Everything that can be refused without the matching engine."""
    desk = call.desk()
    ticket = read_ticket(call.params, desk.rules)
    read_response_kind(call.params, ticket.kind)
    rates = call.params.flag("computeCommissionRates")
    call.params.finish()
    check(desk, call.account, (ticket,))
    return accounts.order_commission(ticket, call.account.fees) if rates else {}


def find_order(
    desk: Desk,
    account: Account,
    params: Params,
    missing: ApiError,
    *,
    names: tuple[str, str] = ("orderId", "origClientOrderId"),
) -> Order:
    """The order meant by its id, its client order id or both, which must agree; raises `missing`."""
    order_id, client_id = params.number(names[0]), params.client_id(names[1])
    if order_id is None and client_id is None:
        raise one_of(names[1], names[0])
    blotter = account.blotter(desk.name)
    order = blotter.by_client.get(client_id or "") if order_id is None else blotter.orders.get(order_id)
    if order is None or (client_id and blotter.by_client.get(client_id) is not order):
        raise missing
    return order


def check_restriction(order: Order, restriction: str | None) -> None:
    """Raises ApiError -2011 where the order cannot be canceled, or not under that restriction."""
    if not order.is_open:
        raise cancel_rejected()
    if restriction and order.status != RESTRICTIONS[restriction]:
        raise cancel_rejected("Order was not canceled due to cancel restrictions.")


def read_restriction(params: Params) -> str | None:
    return params.choice("cancelRestrictions", RESTRICTIONS, ApiError(-1145, "Invalid cancelRestrictions"))


def cancel_order(call: Call) -> Json:
    desk = call.desk()
    order = find_order(desk, call.account, call.params, cancel_rejected())
    cancel_id = call.params.client_id("newClientOrderId") or random_id()
    restriction = read_restriction(call.params)
    call.params.finish()
    check_restriction(order, restriction)
    with call.exchange.transaction(desk) as tx:
        cancel(tx, order, cancel_id)
        return canceled(order, call)


def canceled(order: Order, call: Call) -> Json:
    """The answer to a cancel: that of its whole list for an order of one."""
    whole = order.order_list
    return lists.canceled_list(whole, call.unit) if whole is not None else shapes.canceled(order, call.unit)


def cancel_all(call: Call) -> list[Json]:
    desk = call.desk()
    call.params.finish()
    open_orders = list(call.account.blotter(desk.name).open.values())
    if not open_orders:
        raise cancel_rejected()
    answers: list[Any] = []
    with call.exchange.transaction(desk) as tx:
        for order in open_orders:
            if order.is_open:
                cancel(tx, order, random_id())
                answers.append(canceled(order, call))
    return answers
