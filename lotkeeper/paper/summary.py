"""What became of the account's orders, for whoever has to check a bot against it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from lotkeeper.paper.desks import Desk
from lotkeeper.paper.exchange import Exchange
from lotkeeper.paper.orders import Order
from lotkeeper.trading.money import ZERO, plain

Json = dict[str, Any]


def received_net(order: Order) -> Decimal:
    """What a BUY left in the account: its fills less the commission taken from the base asset itself."""
    fees = (trade.commission for trade in order.trades if trade.commission_asset == order.rules.base)
    return order.filled - sum(fees, ZERO)


def describe_order(order: Order) -> Json:
    """`clientOrderId` is the one it was placed with; `fees` is by asset."""
    fees: dict[str, Decimal] = {}
    for trade in order.trades:
        fees[trade.commission_asset] = fees.get(trade.commission_asset, ZERO) + trade.commission
    return {
        "orderId": order.order_id,
        "clientOrderId": order.ticket.client_id,
        "type": order.ticket.kind,
        "status": order.status,
        "price": plain(order.ticket.price),
        "origQty": plain(order.qty),
        "executedQty": plain(order.filled),
        "quoteQty": plain(order.spent),
        "fees": {asset: plain(amount) for asset, amount in fees.items()},
        "tradeIds": [trade.trade_id for trade in order.trades],
        "created": order.created,
    }


def describe_buy(order: Order) -> Json:
    return describe_order(order) | {"receivedNet": plain(received_net(order))}


def prefix_of(client_id: str) -> str:
    """A client order id without its last part: `lk1-a1-3` belongs to `lk1-a1`."""
    return client_id.rpartition("-")[0] or client_id


def by_prefix(sells: Iterable[Order]) -> Json:
    """For each client id prefix, what its SELLs sold and what they still offer."""
    groups: dict[str, list[Order]] = {}
    for order in sells:
        groups.setdefault(prefix_of(order.ticket.client_id), []).append(order)
    return {
        prefix: {
            "orders": [order.order_id for order in orders],
            "sold": plain(sum((order.filled for order in orders), ZERO)),
            "offered": plain(sum((order.remaining for order in orders if order.is_open), ZERO)),
            "quoteQty": plain(sum((order.spent for order in orders), ZERO)),
        }
        for prefix, orders in groups.items()
    }


def _describe_desk(desk: Desk) -> Json:
    sells = [order for order in desk.orders.values() if not order.ticket.buys]
    return {
        "bid": plain(desk.market.quote.bid) if desk.market.quote else None,
        "ask": plain(desk.market.quote.ask) if desk.market.quote else None,
        "trades": len(desk.trades),
        "openOrders": [order.order_id for order in desk.open_orders()],
        "buys": [describe_buy(order) for order in desk.orders.values() if order.ticket.buys],
        "sells": [describe_order(order) for order in sells],
        "sellsByPrefix": by_prefix(sells),
    }


def describe(exchange: Exchange) -> Json:
    account = exchange.account
    return {
        "serverTime": exchange.clock.ms(),
        "symbols": {symbol: _describe_desk(desk) for symbol, desk in exchange.desks.items()},
        "balances": {
            asset: {
                "start": plain(account.start.get(asset, ZERO)),
                "free": plain(account.free[asset]),
                "locked": plain(account.locked[asset]),
            }
            for asset in account.free
        },
    }
