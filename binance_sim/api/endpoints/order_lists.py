"""Placing, canceling and querying order lists (source: "Order lists")."""

from collections.abc import Callable

from binance_sim.api import order_list_params
from binance_sim.api.order_params import random_client_id, read_response_kind
from binance_sim.api.params import DEFAULT_LIMIT, MAX_LIMIT, RequestParams, inside, page
from binance_sim.api.request import ApiRequest, Json
from binance_sim.api.shapes.lists import list_cancel_answer, list_row, new_list_answer
from binance_sim.errors import ApiError, bad_combination, cancel_rejection, one_of, unknown_order
from binance_sim.matching.end_order import cancel
from binance_sim.matching.orders import OrderList
from binance_sim.matching.place_list import ListTicket, place_list
from binance_sim.symbols.rules import SymbolRules

ReadList = Callable[[RequestParams, SymbolRules], ListTicket]


def _placing(read: ReadList) -> Callable[[ApiRequest], Json]:
    def place(request: ApiRequest) -> Json:
        market = request.market()
        list_ticket = read(request.params, market.rules)
        kind = read_response_kind(request.params, "OCO")
        # The default answer to a list shows the whole state of its orders.
        kind = kind if "newOrderRespType" in request.params else "RESULT"
        request.params.finish()
        with request.exchange.transaction(market) as tx:
            return new_list_answer(place_list(tx, request.account, list_ticket), kind, request.unit)

    return place


new_oco = _placing(order_list_params.read_oco)
new_old_oco = _placing(order_list_params.read_old_oco)
new_oto = _placing(order_list_params.read_oto)
new_otoco = _placing(order_list_params.read_otoco)
new_opo = _placing(order_list_params.read_opo)
new_opoco = _placing(order_list_params.read_opoco)


def _find(request: ApiRequest, client_name: str, missing: ApiError) -> OrderList:
    list_id, client_id = request.params.number("orderListId"), request.params.client_id(client_name)
    if list_id is None and client_id is None:
        raise one_of("orderListId", client_name)
    for order_list in reversed(request.exchange.order_lists(request.account)):
        if (list_id is None or order_list.list_id == list_id) and (
            client_id is None or order_list.client_id == client_id
        ):
            return order_list
    raise missing


def cancel_list(request: ApiRequest) -> Json:
    market = request.market()
    order_list = _find(request, "listClientOrderId", cancel_rejection())
    cancel_id = request.params.client_id("newClientOrderId") or random_client_id()
    request.params.finish()
    if order_list.rules.name != market.name or not order_list.is_open:
        raise cancel_rejection()
    with request.exchange.transaction(market) as tx:
        cancel(tx, next(order for order in order_list.orders if order.is_open), cancel_id)
        return list_cancel_answer(order_list, request.unit)


def get_list(request: ApiRequest) -> Json:
    order_list = _find(request, "origClientOrderId", unknown_order())
    request.params.finish()
    return list_row(order_list, request.unit)


def all_lists(request: ApiRequest) -> list[Json]:
    first, (start, end) = request.params.number("fromId"), request.params.window()
    limit = request.params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    request.params.finish()
    if first is not None and (start is not None or end is not None):
        raise bad_combination()
    rows = [
        order_list
        for order_list in request.exchange.order_lists(request.account)
        if (first is None or order_list.list_id >= first) and inside(order_list.created, start, end)
    ]
    return [
        list_row(order_list, request.unit) for order_list in page(rows, first is not None or start is not None, limit)
    ]


def open_lists(request: ApiRequest) -> list[Json]:
    request.params.finish()
    return [
        list_row(order_list, request.unit)
        for order_list in request.exchange.order_lists(request.account)
        if order_list.is_open
    ]
