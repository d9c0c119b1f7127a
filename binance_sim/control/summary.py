"""A summary of an account's orders and balances, to check a bot against."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from binance_sim.account.account import TradingAccount
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.orders import Order
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.numbers import ZERO, format_plain

Json = dict[str, Any]


def received_net(order: Order) -> Decimal:
    """What a BUY added to the account: its fills less the commission that was charged in the base asset."""
    fees = (trade.commission for trade in order.trades if trade.commission_asset == order.rules.base)
    return order.filled - sum(fees, ZERO)


def describe_order(order: Order) -> Json:
    """`clientOrderId` is the id that the order was placed with; `fees` are by asset."""
    fees: dict[str, Decimal] = {}
    for trade in order.trades:
        fees[trade.commission_asset] = fees.get(trade.commission_asset, ZERO) + trade.commission
    return {
        "orderId": order.order_id,
        "clientOrderId": order.ticket.client_id,
        "type": order.ticket.kind,
        "status": order.status,
        "price": format_plain(order.ticket.price),
        "origQty": format_plain(order.qty),
        "executedQty": format_plain(order.filled),
        "quoteQty": format_plain(order.spent),
        "fees": {asset: format_plain(amount) for asset, amount in fees.items()},
        "tradeIds": [trade.trade_id for trade in order.trades],
        "created": order.created // 1000,
    }


def describe_buy(order: Order) -> Json:
    return describe_order(order) | {"receivedNet": format_plain(received_net(order))}


def prefix_of(client_id: str) -> str:
    """A client order id without what follows its last hyphen: `grid-7-3` belongs to `grid-7`."""
    return client_id.rpartition("-")[0] or client_id


def group_by_prefix(sells: Iterable[Order]) -> Json:
    """What the SELLs of each client order id prefix sold, and what they still offer."""
    groups: dict[str, list[Order]] = {}
    for order in sells:
        groups.setdefault(prefix_of(order.ticket.client_id), []).append(order)
    return {
        prefix: {
            "orders": [order.order_id for order in orders],
            "sold": format_plain(sum((order.filled for order in orders), ZERO)),
            "offered": format_plain(sum((order.remaining for order in orders if order.is_open), ZERO)),
            "quoteQty": format_plain(sum((order.spent for order in orders), ZERO)),
        }
        for prefix, orders in groups.items()
    }


def _describe_market(market: SymbolMarket, account: TradingAccount) -> Json:
    blotter, quote = market.blotter(account), market.quote
    sells = [order for order in blotter.orders.values() if not order.ticket.buys]
    return {
        "status": market.status,
        "bid": format_plain(quote.bid) if quote else None,
        "ask": format_plain(quote.ask) if quote else None,
        "trades": len(blotter.trades),
        "openOrders": sorted(blotter.open),
        "buys": [describe_buy(order) for order in blotter.orders.values() if order.ticket.buys],
        "sells": [describe_order(order) for order in sells],
        "sellsByPrefix": group_by_prefix(sells),
    }


def describe(exchange: Exchange, account: TradingAccount) -> Json:
    """One account's orders and balances. `surplus` shows assets that appeared from nowhere: it is always empty."""
    funds = account.funds
    return {
        "serverTime": exchange.clock.ms(),
        "account": account.name,
        "symbols": {symbol: _describe_market(market, account) for symbol, market in exchange.markets.items()},
        "balances": {
            asset: {
                "start": format_plain(funds.start.get(asset, ZERO)),
                "free": format_plain(funds.free[asset]),
                "locked": format_plain(funds.locked[asset]),
            }
            for asset in funds.free
        },
        "surplus": {
            asset: format_plain(amount) for asset, amount in exchange.ledger.surplus(exchange.accounts.values()).items()
        },
    }
