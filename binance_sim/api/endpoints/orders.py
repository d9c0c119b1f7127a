"""Placing, canceling and amending single orders (source: "Trading endpoints", "Order Amend Keep Priority")."""

from dataclasses import replace
from typing import Any

from binance_sim.account.account import TradingAccount
from binance_sim.api.order_params import random_client_id, read_qty, read_response_kind, read_ticket
from binance_sim.api.params import DEFAULT_LIMIT, MAX_LIMIT, RequestParams
from binance_sim.api.request import ApiRequest, Json
from binance_sim.api.shapes import accounts, lists
from binance_sim.api.shapes import orders as shapes
from binance_sim.errors import ApiError, amend_rejection, cancel_rejection, one_of, unneeded_parameter
from binance_sim.matching.amend_order import amend
from binance_sim.matching.end_order import cancel
from binance_sim.matching.orders import Order
from binance_sim.matching.place_order import check_placement, place
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.matching.tickets import Ticket

RESTRICTIONS = {"ONLY_NEW": "NEW", "ONLY_PARTIALLY_FILLED": "PARTIALLY_FILLED"}
SOR_KINDS = ("LIMIT", "MARKET")


def new_order(request: ApiRequest) -> Json:
    return _place(request, read_ticket(request.params, request.market().rules))


def new_sor_order(request: ApiRequest) -> Json:
    """An order by smart order routing, LIMIT or MARKET by `quantity` (source: "New order using SOR")."""
    return _place(request, _read_sor_ticket(request))


def _read_sor_ticket(request: ApiRequest) -> Ticket:
    if "quoteOrderQty" in request.params:
        raise unneeded_parameter("quoteOrderQty")
    ticket = read_ticket(request.params, request.market().rules)
    if ticket.kind not in SOR_KINDS:
        raise ApiError(-1116, "Invalid orderType.")
    return replace(ticket, is_sor=True)


def _place(request: ApiRequest, ticket: Ticket) -> Json:
    market = request.market()
    kind = read_response_kind(request.params, ticket.kind)
    request.params.finish()
    with request.exchange.transaction(market) as tx:
        return shapes.new_order_answer(place(tx, request.account, ticket), kind, request.unit)


def test_order(request: ApiRequest) -> Json:
    """Make all checks that do not need the matching engine."""
    return _check(request, read_ticket(request.params, request.market().rules))


def test_sor_order(request: ApiRequest) -> Json:
    return _check(request, _read_sor_ticket(request))


def _check(request: ApiRequest, ticket: Ticket) -> Json:
    market = request.market()
    read_response_kind(request.params, ticket.kind)
    rates = request.params.flag("computeCommissionRates")
    request.params.finish()
    check_placement(market, request.account, (ticket,))
    return accounts.order_commission_answer(ticket, request.account.fees) if rates else {}


def find_order(
    market: SymbolMarket,
    account: TradingAccount,
    params: RequestParams,
    missing: ApiError,
    *,
    names: tuple[str, str] = ("orderId", "origClientOrderId"),
) -> Order:
    """The order with this id, client order id or both; raises `missing` if there is none or if they do not match."""
    order_id, client_id = params.number(names[0]), params.client_id(names[1])
    if order_id is None and client_id is None:
        raise one_of(names[1], names[0])
    blotter = market.blotter(account)
    order = blotter.by_client.get(client_id or "") if order_id is None else blotter.orders.get(order_id)
    if order is None or (client_id and blotter.by_client.get(client_id) is not order):
        raise missing
    return order


def check_restriction(order: Order, restriction: str | None) -> None:
    """Raises ApiError -2011 if the order cannot be canceled, or if the restriction forbids it."""
    if not order.is_open:
        raise cancel_rejection()
    if restriction and order.status != RESTRICTIONS[restriction]:
        raise cancel_rejection("Order was not canceled due to cancel restrictions.")


def read_restriction(params: RequestParams) -> str | None:
    return params.choice("cancelRestrictions", RESTRICTIONS, ApiError(-1145, "Invalid cancelRestrictions"))


def cancel_order(request: ApiRequest) -> Json:
    market = request.market()
    order = find_order(market, request.account, request.params, cancel_rejection())
    cancel_id = request.params.client_id("newClientOrderId") or random_client_id()
    restriction = read_restriction(request.params)
    request.params.finish()
    check_restriction(order, restriction)
    with request.exchange.transaction(market) as tx:
        cancel(tx, order, cancel_id)
        return cancel_answer_of(order, request)


def cancel_answer_of(order: Order, request: ApiRequest) -> Json:
    """The answer to a cancel; for an order of a list, that of the whole list."""
    order_list = order.order_list
    return (
        lists.list_cancel_answer(order_list, request.unit)
        if order_list is not None
        else shapes.cancel_answer(order, request.unit)
    )


def cancel_all(request: ApiRequest) -> list[Json]:
    market = request.market()
    request.params.finish()
    open_orders = list(market.blotter(request.account).open.values())
    if not open_orders:
        raise cancel_rejection()
    answers: list[Any] = []
    cancel_id = random_client_id()
    with request.exchange.transaction(market) as tx:
        for order in open_orders:
            if order.is_open:
                cancel(tx, order, cancel_id)
                answers.append(cancel_answer_of(order, request))
    return answers


def amend_order(request: ApiRequest) -> Json:
    market, params = request.market(), request.params
    order = find_order(market, request.account, params, amend_rejection("Unknown order sent."))
    qty = read_qty(params, "newQty")
    client_id = params.client_id("newClientOrderId") or random_client_id()
    params.finish()
    if not order.is_open:
        raise amend_rejection("Unknown order sent.")
    with request.exchange.transaction(market) as tx:
        answer = shapes.amendment_answer(amend(tx, order, qty, client_id), request.unit)
        return answer if order.order_list is None else answer | lists.amended_list_status(order.order_list)


def amendments(request: ApiRequest) -> list[Json]:
    market, params = request.market(), request.params
    order_id, first = params.require_number("orderId"), params.number("fromExecutionId") or 0
    limit = params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    params.finish()
    rows = market.blotter(request.account).amendments
    found = [row for row in rows if row.order.order_id == order_id and row.execution_id >= first]
    return [shapes.amendment_row(row, request.unit) for row in found[:limit]]
