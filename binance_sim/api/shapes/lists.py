"""Answers about order lists (source: "Order lists")."""

from typing import Any

from binance_sim.api.shapes.orders import cancel_answer, new_order_answer
from binance_sim.clock import TimeUnit
from binance_sim.matching.order_states import STARTED
from binance_sim.matching.orders import OrderList

Json = dict[str, Any]


def list_row(order_list: OrderList, unit: TimeUnit) -> Json:
    """A list as queries show it."""
    kind, status = order_list.status or STARTED
    return {
        "orderListId": order_list.list_id,
        "contingencyType": order_list.contingency,
        "listStatusType": kind,
        "listOrderStatus": status,
        "listClientOrderId": order_list.client_id,
        "transactionTime": unit(order_list.created),
        "symbol": order_list.rules.name,
        "orders": _orders(order_list),
    }


def _orders(order_list: OrderList) -> list[Json]:
    return [
        {"symbol": order_list.rules.name, "orderId": order.order_id, "clientOrderId": order.client_id}
        for order in order_list.orders
    ]


def new_list_answer(order_list: OrderList, kind: str, unit: TimeUnit) -> Json:
    """The answer to a new list."""
    return list_row(order_list, unit) | {
        "orderReports": [new_order_answer(order, kind, unit) for order in order_list.orders]
    }


def list_cancel_answer(order_list: OrderList, unit: TimeUnit) -> Json:
    """The answer to a cancel: `orders` show the client order ids from before the cancel."""
    answer = list_row(order_list, unit) | {"transactionTime": unit(order_list.updated)}
    for row, order in zip(answer["orders"], order_list.orders, strict=True):
        row["clientOrderId"] = order.listed_id
    return answer | {"orderReports": [cancel_answer(order, unit) for order in order_list.orders]}


def amended_list_status(order_list: OrderList) -> Json:
    """The part of an amendment's answer that describes the list."""
    return {
        "listStatus": {
            "orderListId": order_list.list_id,
            "contingencyType": order_list.contingency,
            "listOrderStatus": (order_list.status or STARTED)[1],
            "listClientOrderId": order_list.client_id,
            "symbol": order_list.rules.name,
            "orders": _orders(order_list),
        }
    }
