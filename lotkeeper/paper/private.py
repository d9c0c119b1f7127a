"""Requests about the account and its orders: parameters in, JSON out, for REST and the WebSocket API alike."""

from typing import Any

from lotkeeper.paper import shapes
from lotkeeper.paper.desks import Desk
from lotkeeper.paper.errors import ApiError, mandatory, unknown_order
from lotkeeper.paper.exchange import Exchange
from lotkeeper.paper.fees import BNB, DISCOUNT
from lotkeeper.paper.history import DEFAULT_LIMIT, MAX_LIMIT, older_orders, older_trades
from lotkeeper.paper.numbers import wire
from lotkeeper.paper.orders import Order
from lotkeeper.paper.params import CLIENT_ID, Params
from lotkeeper.paper.tickets import random_id, read_response_kind, read_symbol, read_ticket
from lotkeeper.trading.money import ZERO

Json = dict[str, Any]
UID = 1_000_000_001


def desk_of(exchange: Exchange, params: Params) -> Desk:
    desk = exchange.desks.get(params.need("symbol"))
    if desk is None:
        raise ApiError(-1121, "Invalid symbol.")
    return desk


def new_order(exchange: Exchange, params: Params) -> Json:
    ticket = read_ticket(params, exchange.rules)
    kind = read_response_kind(params, ticket)
    params.finish()
    return shapes.placed(exchange.place(ticket), kind)


def test_order(exchange: Exchange, params: Params) -> Json:
    ticket = read_ticket(params, exchange.rules)
    read_response_kind(params, ticket)
    rates = params.flag("computeCommissionRates")
    params.finish()
    exchange.check(ticket)
    if not rates:
        return {}
    sides = {"maker": wire(exchange.fees.maker), "taker": wire(exchange.fees.taker)}
    none = {"maker": wire(ZERO), "taker": wire(ZERO)}
    return {
        "standardCommissionForOrder": sides,
        "specialCommissionForOrder": none,
        "taxCommissionForOrder": none,
        "discount": _discount(exchange),
    }


def find_order(desk: Desk, params: Params, missing: ApiError) -> Order:
    """The order meant by orderId and/or origClientOrderId, which must agree; raises `missing`."""
    order_id = params.number("orderId")
    client_id = params.matching("origClientOrderId", CLIENT_ID)
    if order_id is None and client_id is None:
        raise mandatory("orderId")
    order = desk.by_client.get(client_id or "") if order_id is None else desk.orders.get(order_id)
    if order is None or (client_id and client_id not in (order.client_id, order.ticket.client_id)):
        raise missing
    return order


def get_order(exchange: Exchange, params: Params) -> Json:
    order = find_order(desk_of(exchange, params), params, unknown_order())
    params.finish()
    return shapes.queried(order)


def cancel_order(exchange: Exchange, params: Params) -> Json:
    missing = ApiError(-2011, "Unknown order sent.")
    order = find_order(desk_of(exchange, params), params, missing)
    cancel_id = params.matching("newClientOrderId", CLIENT_ID) or random_id()
    only = params.choice("cancelRestrictions", ("ONLY_NEW", "ONLY_PARTIALLY_FILLED"), ApiError(-1145, "Invalid."))
    params.finish()
    if only and order.is_open and order.status != only.removeprefix("ONLY_"):
        raise ApiError(-2011, "Order was not canceled due to cancel restrictions.")
    exchange.cancel(order.rules.name, order, cancel_id)
    return shapes.canceled(order)


def cancel_all(exchange: Exchange, params: Params) -> list[Json]:
    desk = desk_of(exchange, params)
    params.finish()
    orders = desk.open_orders()
    if not orders:
        raise ApiError(-2011, "Unknown order sent.")
    for order in orders:
        exchange.cancel(order.rules.name, order, random_id())
    return [shapes.canceled(order) for order in orders]


def open_orders(exchange: Exchange, params: Params) -> list[Json]:
    desks = [desk_of(exchange, params)] if params.text("symbol") else list(exchange.desks.values())
    params.finish()
    return [shapes.queried(order) for desk in desks for order in desk.open_orders()]


def all_orders(exchange: Exchange, params: Params) -> list[Json]:
    desk = desk_of(exchange, params)
    found = older_orders(desk, params, params.limit(DEFAULT_LIMIT, MAX_LIMIT))
    params.finish()
    return [shapes.queried(order) for order in found]


def my_trades(exchange: Exchange, params: Params) -> list[Json]:
    desk = desk_of(exchange, params)
    found = older_trades(desk, params, params.limit(DEFAULT_LIMIT, MAX_LIMIT))
    params.finish()
    return [shapes.own_trade(trade) for trade in found]


def account(exchange: Exchange, params: Params) -> Json:
    omit = params.flag("omitZeroBalances")
    params.finish()
    held, fees = exchange.account, exchange.fees
    bips = {"makerCommission": int(fees.maker * 10_000), "takerCommission": int(fees.taker * 10_000)}
    return {
        **bips,
        "buyerCommission": 0,
        "sellerCommission": 0,
        "commissionRates": _rates(exchange),
        "canTrade": True,
        "canWithdraw": True,
        "canDeposit": True,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": held.updated,
        "accountType": "SPOT",
        "balances": [
            {"asset": asset, "free": wire(held.free[asset]), "locked": wire(held.locked[asset])}
            for asset in held.free
            if not omit or held.total(asset)
        ],
        "permissions": ["SPOT"],
        "uid": UID,
    }


def _rates(exchange: Exchange) -> Json:
    maker, taker = wire(exchange.fees.maker), wire(exchange.fees.taker)
    return {"maker": maker, "taker": taker, "buyer": wire(ZERO), "seller": wire(ZERO)}


def _discount(exchange: Exchange) -> Json:
    on = exchange.fees.in_bnb
    return {"enabledForAccount": on, "enabledForSymbol": on, "discountAsset": BNB, "discount": wire(DISCOUNT)}


def commission(exchange: Exchange, params: Params) -> Json:
    symbol = read_symbol(params, exchange.rules).name
    params.finish()
    none = dict.fromkeys(("maker", "taker", "buyer", "seller"), wire(ZERO))
    return {
        "symbol": symbol,
        "standardCommission": _rates(exchange),
        "specialCommission": none,
        "taxCommission": none,
        "discount": _discount(exchange),
    }


def order_counts(exchange: Exchange, params: Params) -> list[Json]:
    params.finish()
    return order_limits(exchange)


def order_limits(exchange: Exchange) -> list[Json]:
    """The ORDERS rows of rateLimits, with their counts."""
    count = exchange.unfilled
    names = (("SECOND", 10), ("DAY", 1))
    return [
        {"rateLimitType": "ORDERS", "interval": name, "intervalNum": length, "limit": limit, "count": used}
        for (name, length), limit, used in zip(names, count.limits, count.counts(), strict=True)
    ]
