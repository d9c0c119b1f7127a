"""Placing, canceling and querying order lists (source: "Order lists")."""

from collections.abc import Callable

from binance_sim.api import list_tickets
from binance_sim.api.call import Call, Json
from binance_sim.api.paging import DEFAULT_LIMIT, MAX_LIMIT, inside, page
from binance_sim.api.params import Params
from binance_sim.api.shapes.lists import canceled_list, described, placed_list
from binance_sim.api.tickets import random_id, read_response_kind
from binance_sim.errors import ApiError, bad_combination, cancel_rejected, one_of, unknown_order
from binance_sim.matching.ending import cancel
from binance_sim.matching.listing import ListTicket, place_list
from binance_sim.matching.lists import OrderList
from binance_sim.symbols.rules import Rules

Read = Callable[[Params, Rules], ListTicket]


def _placing(read: Read) -> Callable[[Call], Json]:
    def place(call: Call) -> Json:
        desk = call.desk()
        wanted = read(call.params, desk.rules)
        kind = read_response_kind(call.params, "OCO")
        # Lists are answered with the whole state of their orders, unless asked for less.
        kind = kind if "newOrderRespType" in call.params else "RESULT"
        call.params.finish()
        with call.exchange.transaction(desk) as tx:
            return placed_list(place_list(tx, call.account, wanted), kind, call.unit)

    return place


new_oco = _placing(list_tickets.read_oco)
new_old_oco = _placing(list_tickets.read_old_oco)
new_oto = _placing(list_tickets.read_oto)
new_otoco = _placing(list_tickets.read_otoco)
new_opo = _placing(list_tickets.read_opo)
new_opoco = _placing(list_tickets.read_opoco)


def _find(call: Call, client_name: str, missing: ApiError) -> OrderList:
    list_id, client_id = call.params.number("orderListId"), call.params.client_id(client_name)
    if list_id is None and client_id is None:
        raise one_of("orderListId", client_name)
    for whole in reversed(call.account.lists.values()):
        if (list_id is None or whole.list_id == list_id) and (client_id is None or whole.client_id == client_id):
            return whole
    raise missing


def cancel_list(call: Call) -> Json:
    desk = call.desk()
    whole = _find(call, "listClientOrderId", cancel_rejected())
    cancel_id = call.params.client_id("newClientOrderId") or random_id()
    call.params.finish()
    if whole.rules.name != desk.name or not whole.is_open:
        raise cancel_rejected()
    with call.exchange.transaction(desk) as tx:
        cancel(tx, next(order for order in whole.orders if order.is_open), cancel_id)
        return canceled_list(whole, call.unit)


def get_list(call: Call) -> Json:
    whole = _find(call, "origClientOrderId", unknown_order())
    call.params.finish()
    return described(whole, call.unit)


def all_lists(call: Call) -> list[Json]:
    first, (start, end) = call.params.number("fromId"), call.params.window()
    limit = call.params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    call.params.finish()
    if first is not None and (start is not None or end is not None):
        raise bad_combination()
    rows = [
        whole
        for whole in call.account.lists.values()
        if (first is None or whole.list_id >= first) and inside(whole.created, start, end)
    ]
    return [described(whole, call.unit) for whole in page(rows, first is not None or start is not None, limit)]


def open_lists(call: Call) -> list[Json]:
    call.params.finish()
    return [described(whole, call.unit) for whole in call.account.lists.values() if whole.is_open]
