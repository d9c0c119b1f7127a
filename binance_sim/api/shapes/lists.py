"""Answers about order lists (source: "Order lists")."""

from typing import Any

from binance_sim.api.shapes.orders import canceled, placed
from binance_sim.clock import TimeUnit
from binance_sim.matching.order_states import STARTED
from binance_sim.matching.orders import OrderList

Json = dict[str, Any]


def described(whole: OrderList, unit: TimeUnit) -> Json:
    """A list as it is queried."""
    kind, status = whole.status or STARTED
    return {
        "orderListId": whole.list_id,
        "contingencyType": whole.contingency,
        "listStatusType": kind,
        "listOrderStatus": status,
        "listClientOrderId": whole.client_id,
        "transactionTime": unit(whole.created),
        "symbol": whole.rules.name,
        "orders": _orders(whole),
    }


def _orders(whole: OrderList) -> list[Json]:
    return [
        {"symbol": whole.rules.name, "orderId": order.order_id, "clientOrderId": order.client_id}
        for order in whole.orders
    ]


def new_list_answer(whole: OrderList, kind: str, unit: TimeUnit) -> Json:
    """The answer to a new list."""
    return described(whole, unit) | {"orderReports": [placed(order, kind, unit) for order in whole.orders]}


def list_cancel_answer(whole: OrderList, unit: TimeUnit) -> Json:
    """The answer to a cancel: `orders` carry the ids from before it."""
    answer = described(whole, unit) | {"transactionTime": unit(whole.updated)}
    for row, order in zip(answer["orders"], whole.orders, strict=True):
        row["clientOrderId"] = order.old_client_id or order.client_id
    return answer | {"orderReports": [canceled(order, unit) for order in whole.orders]}


def amended_list_status(whole: OrderList) -> Json:
    """The part of an amendment's answer that is about the list."""
    return {
        "listStatus": {
            "orderListId": whole.list_id,
            "contingencyType": whole.contingency,
            "listOrderStatus": (whole.status or STARTED)[1],
            "listClientOrderId": whole.client_id,
            "symbol": whole.rules.name,
            "orders": _orders(whole),
        }
    }
