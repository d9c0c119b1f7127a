"""Placing, canceling and querying order lists (source: "Order lists")."""

from collections.abc import Callable

from binance_sim.api import order_list_params
from binance_sim.api.order_params import random_client_id, read_response_kind
from binance_sim.api.params import DEFAULT_LIMIT, MAX_LIMIT, RequestParams, inside, page
from binance_sim.api.request import ApiRequest, Json
from binance_sim.api.shapes.lists import described, list_cancel_answer, new_list_answer
from binance_sim.errors import ApiError, bad_combination, cancel_rejection, one_of, unknown_order
from binance_sim.matching.end_order import cancel
from binance_sim.matching.orders import OrderList
from binance_sim.matching.place_list import ListTicket, place_list
from binance_sim.symbols.rules import SymbolRules

ReadList = Callable[[RequestParams, SymbolRules], ListTicket]


def _placing(read: ReadList) -> Callable[[ApiRequest], Json]:
    def place(call: ApiRequest) -> Json:
        market = call.market()
        wanted = read(call.params, market.rules)
        kind = read_response_kind(call.params, "OCO")
        # Lists are answered with the whole state of their orders, unless asked for less.
        kind = kind if "newOrderRespType" in call.params else "RESULT"
        call.params.finish()
        with call.exchange.transaction(market) as tx:
            return new_list_answer(place_list(tx, call.account, wanted), kind, call.unit)

    return place


new_oco = _placing(order_list_params.read_oco)
new_old_oco = _placing(order_list_params.read_old_oco)
new_oto = _placing(order_list_params.read_oto)
new_otoco = _placing(order_list_params.read_otoco)
new_opo = _placing(order_list_params.read_opo)
new_opoco = _placing(order_list_params.read_opoco)


def _find(call: ApiRequest, client_name: str, missing: ApiError) -> OrderList:
    list_id, client_id = call.params.number("orderListId"), call.params.client_id(client_name)
    if list_id is None and client_id is None:
        raise one_of("orderListId", client_name)
    for whole in reversed(call.exchange.order_lists(call.account)):
        if (list_id is None or whole.list_id == list_id) and (client_id is None or whole.client_id == client_id):
            return whole
    raise missing


def cancel_list(call: ApiRequest) -> Json:
    market = call.market()
    whole = _find(call, "listClientOrderId", cancel_rejection())
    cancel_id = call.params.client_id("newClientOrderId") or random_client_id()
    call.params.finish()
    if whole.rules.name != market.name or not whole.is_open:
        raise cancel_rejection()
    with call.exchange.transaction(market) as tx:
        cancel(tx, next(order for order in whole.orders if order.is_open), cancel_id)
        return list_cancel_answer(whole, call.unit)


def get_list(call: ApiRequest) -> Json:
    whole = _find(call, "origClientOrderId", unknown_order())
    call.params.finish()
    return described(whole, call.unit)


def all_lists(call: ApiRequest) -> list[Json]:
    first, (start, end) = call.params.number("fromId"), call.params.window()
    limit = call.params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    call.params.finish()
    if first is not None and (start is not None or end is not None):
        raise bad_combination()
    rows = [
        whole
        for whole in call.exchange.order_lists(call.account)
        if (first is None or whole.list_id >= first) and inside(whole.created, start, end)
    ]
    return [described(whole, call.unit) for whole in page(rows, first is not None or start is not None, limit)]


def open_lists(call: ApiRequest) -> list[Json]:
    call.params.finish()
    return [described(whole, call.unit) for whole in call.exchange.order_lists(call.account) if whole.is_open]
