"""Placing and canceling single orders (source: "Trading endpoints")."""

from typing import Any

from binance_sim.account.account import TradingAccount
from binance_sim.api.order_params import random_client_id, read_qty, read_response_kind, read_ticket
from binance_sim.api.params import DEFAULT_LIMIT, MAX_LIMIT, RequestParams
from binance_sim.api.request import ApiRequest, Json
from binance_sim.api.shapes import accounts, lists
from binance_sim.api.shapes import orders as shapes
from binance_sim.errors import ApiError, amend_rejection, cancel_rejection, one_of
from binance_sim.matching.amend_order import amend
from binance_sim.matching.end_order import cancel
from binance_sim.matching.orders import Order
from binance_sim.matching.place_order import check_placement, place
from binance_sim.matching.symbol_market import SymbolMarket

RESTRICTIONS = {"ONLY_NEW": "NEW", "ONLY_PARTIALLY_FILLED": "PARTIALLY_FILLED"}


def new_order(call: ApiRequest) -> Json:
    market = call.market()
    ticket = read_ticket(call.params, market.rules)
    kind = read_response_kind(call.params, ticket.kind)
    call.params.finish()
    with call.exchange.transaction(market) as tx:
        return shapes.placed(place(tx, call.account, ticket), kind, call.unit)


def test_order(call: ApiRequest) -> Json:
    """Everything that can be refused without the matching engine."""
    market = call.market()
    ticket = read_ticket(call.params, market.rules)
    read_response_kind(call.params, ticket.kind)
    rates = call.params.flag("computeCommissionRates")
    call.params.finish()
    check_placement(market, call.account, (ticket,))
    return accounts.order_commission(ticket, call.account.fees) if rates else {}


def find_order(
    market: SymbolMarket,
    account: TradingAccount,
    params: RequestParams,
    missing: ApiError,
    *,
    names: tuple[str, str] = ("orderId", "origClientOrderId"),
) -> Order:
    """The order meant by its id, its client order id or both, which must agree; raises `missing`."""
    order_id, client_id = params.number(names[0]), params.client_id(names[1])
    if order_id is None and client_id is None:
        raise one_of(names[1], names[0])
    blotter = market.blotter(account)
    order = blotter.by_client.get(client_id or "") if order_id is None else blotter.orders.get(order_id)
    if order is None or (client_id and blotter.by_client.get(client_id) is not order):
        raise missing
    return order


def check_restriction(order: Order, restriction: str | None) -> None:
    """Raises ApiError -2011 where the order cannot be canceled, or not under that restriction."""
    if not order.is_open:
        raise cancel_rejection()
    if restriction and order.status != RESTRICTIONS[restriction]:
        raise cancel_rejection("Order was not canceled due to cancel restrictions.")


def read_restriction(params: RequestParams) -> str | None:
    return params.choice("cancelRestrictions", RESTRICTIONS, ApiError(-1145, "Invalid cancelRestrictions"))


def cancel_order(call: ApiRequest) -> Json:
    market = call.market()
    order = find_order(market, call.account, call.params, cancel_rejection())
    cancel_id = call.params.client_id("newClientOrderId") or random_client_id()
    restriction = read_restriction(call.params)
    call.params.finish()
    check_restriction(order, restriction)
    with call.exchange.transaction(market) as tx:
        cancel(tx, order, cancel_id)
        return canceled(order, call)


def canceled(order: Order, call: ApiRequest) -> Json:
    """The answer to a cancel: that of its whole list for an order of one."""
    whole = order.order_list
    return lists.list_cancel_answer(whole, call.unit) if whole is not None else shapes.canceled(order, call.unit)


def cancel_all(call: ApiRequest) -> list[Json]:
    market = call.market()
    call.params.finish()
    open_orders = list(market.blotter(call.account).open.values())
    if not open_orders:
        raise cancel_rejection()
    answers: list[Any] = []
    with call.exchange.transaction(market) as tx:
        for order in open_orders:
            if order.is_open:
                cancel(tx, order, random_client_id())
                answers.append(canceled(order, call))
    return answers


def amend_order(call: ApiRequest) -> Json:
    market, params = call.market(), call.params
    order = find_order(market, call.account, params, amend_rejection("Unknown order sent."))
    qty = read_qty(params, "newQty")
    client_id = params.client_id("newClientOrderId") or random_client_id()
    params.finish()
    if not order.is_open:
        raise amend_rejection("Unknown order sent.")
    with call.exchange.transaction(market) as tx:
        answer = shapes.amended(amend(tx, order, qty, client_id), call.unit)
        return answer if order.order_list is None else answer | lists.amended_list_status(order.order_list)


def amendments(call: ApiRequest) -> list[Json]:
    market, params = call.market(), call.params
    order_id, first = params.require_number("orderId"), params.number("fromExecutionId") or 0
    limit = params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    params.finish()
    rows = market.blotter(call.account).amendments
    found = [row for row in rows if row.order.order_id == order_id and row.execution_id >= first]
    return [shapes.amendment(row, call.unit) for row in found[:limit]]
