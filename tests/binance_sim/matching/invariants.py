"""Invariants of an exchange. Each check fails with a message."""

from collections import defaultdict
from decimal import Decimal as D

from binance_sim.numbers import quote_ceiling


def check(exchange, every_order=True):
    """Check everything; without `every_order`, finished orders are not checked again."""
    check_assets(exchange)
    for market in exchange.markets.values():
        assert not is_crossed(market.book), f"the book of {market.name} is crossed"
        check_book(market)
        accounts = exchange.accounts.values()
        still = (order for account in accounts for order in market.blotter(account).open.values())
        check_orders(market, market.orders.values() if every_order else still)


def is_crossed(book):
    bid, ask = book.bids.best(), book.asks.best()
    return bid is not None and ask is not None and bid.price >= ask.price


def check_assets(exchange):
    """No asset appears or is lost; exactly the needs of open orders are locked."""
    surplus = exchange.ledger.surplus(exchange.accounts.values())
    assert surplus == {}, f"assets from nowhere (or lost): {surplus}"
    for account in exchange.accounts.values():
        assert min(account.funds.free.values()) >= 0
        holders = by_reserve(exchange, account)
        locked = {asset: held for asset, held in account.funds.locked.items() if held}
        assert locked == held(holders), f"{account.name} has locked what no open order holds"
        for reserve, orders in holders.values():
            check_reserve(reserve, orders)
        check_proceeds(exchange, account)


def by_reserve(exchange, account):
    """Each reserve of the account once, with the open orders that hold it."""
    found = {}
    for market in exchange.markets.values():
        for order in market.blotter(account).open.values():
            assert order.is_open
            found.setdefault(id(order.reserve), (order.reserve, []))[1].append(order)
    for whole in exchange.order_lists(account):
        if whole.proceeds is not None:
            found.setdefault(id(whole.proceeds), (whole.proceeds, []))
    return found


def held(holders):
    total = defaultdict(D)
    for reserve, _ in holders.values():
        total[reserve.asset] += reserve.amount
    return {asset: amount for asset, amount in total.items() if amount}


def check_reserve(reserve, orders):
    """Compare with the orders: a SELL holds its remainder, a BUY the cost of its remainder at its limit.

    Two orders of an OCO hold the larger need. A waiting BUY at the market holds its cost at the stop price, and a
    pending order holds nothing yet.
    """
    assert reserve.amount >= 0
    needs = [need(order) for order in orders if not order.is_pending]
    least = max((each for each in needs if each is not None), default=D(0))
    if orders and None not in needs:
        assert reserve.amount == least, (
            f"holds {reserve.amount} {reserve.asset}, needs {least}: {orders[0].ticket.kind} {orders[0].client_id}"
        )
    assert reserve.amount >= least


def need(order):
    """What an order needs; None if the order alone does not determine it."""
    ticket = order.ticket
    if not ticket.buys:
        return order.qty - order.filled - order.prevented
    return quote_ceiling(ticket.price, order.remaining) if ticket.limit is not None else None


def check_proceeds(exchange, account):
    """What the working order of an OPO bought is reserved for the pending orders, with or without its commission."""
    for whole in exchange.order_lists(account):
        if whole.proceeds is not None:
            trades = whole.working.trades
            bought = sum((each.qty for each in trades), D(0))
            paid = sum((each.commission for each in trades if each.commission_asset == whole.rules.base), D(0))
            assert bought - paid <= whole.proceeds.amount <= bought


def check_book(market):
    """Each level's total is correct, prices are in order, and no empty order rests."""
    for buys in (True, False):
        prices = []
        for level in market.book.side(buys).from_best():
            prices.append(level.price)
            assert level.total == sum(each.shown for each in level.queue.values()), f"total at {level.price}"
            assert all(each.shown > 0 and each.price == level.price for each in level.queue.values())
        assert prices == sorted(prices, reverse=buys)


def check_orders(market, orders):
    """The book contains exactly the open and working orders; `waiting` those that wait for a stop price."""
    for order in orders:
        assert order.filled + order.prevented <= order.qty or order.is_pending
        assert order.filled == sum((each.qty for each in order.trades), D(0))
        level = market.book.side(order.ticket.buys).at(order.price)
        rests = level is not None and id(order) in level.queue
        assert rests == (order.is_open and order.is_working), (
            f"rests: {rests}, {order.status}: {order.ticket.kind} {order.client_id}"
        )
        assert order.is_waiting == (order.order_id in market.waiting)
