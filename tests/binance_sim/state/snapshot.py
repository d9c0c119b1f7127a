"""A snapshot of an exchange: everything that a restart must not change."""

import dataclasses


def value_of(value):
    """A value; orders, accounts and lists are replaced by their ids."""
    if hasattr(value, "order_id"):
        return (value.rules.name, value.order_id)
    if hasattr(value, "list_id"):
        return value.list_id
    if hasattr(value, "funds") and hasattr(value, "name"):
        return value.name
    if hasattr(value, "asset") and hasattr(value, "holders"):
        return (value.asset, value.amount, value.holders)
    if isinstance(value, list | tuple):
        return [value_of(each) for each in value]
    return value_of_thing(value) if dataclasses.is_dataclass(value) else value


def take_snapshot(exchange):
    """The whole exchange as values."""
    return {
        "accounts": {name: account_snapshot(account, exchange) for name, account in exchange.accounts.items()},
        "markets": {name: market_snapshot(market) for name, market in exchange.markets.items()},
        "ledger": [nonzero(exchange.ledger.external), nonzero(exchange.ledger.commissions)],
        "counters": [exchange.executions, exchange.next_list_id],
    }


def nonzero(held):
    return {asset: amount for asset, amount in held.items() if amount}


def account_snapshot(account, exchange):
    funds = account.funds
    return {
        "uid": account.uid,
        "group": account.group,
        "funds": [nonzero(each) for each in (funds.free, funds.locked, funds.start, funds.flows)],
        "fees": value_of(account.fees.usual),
        "counts": account.unfilled.dump(),
        "lists": {whole.list_id: value_of_thing(whole) for whole in exchange.order_lists(account)},
        "blotters": {symbol: blotter_snapshot(market.blotter(account)) for symbol, market in exchange.markets.items()},
    }


def blotter_snapshot(blotter):
    return {
        "orders": {number: value_of_order(order) for number, order in blotter.orders.items()},
        "names": {name: order.order_id for name, order in blotter.by_client.items()},
        "open": list(blotter.open),
        "trades": [value_of_thing(each) for each in blotter.trades],
        "prevented": [value_of_thing(each) for each in blotter.prevented],
        "amendments": [value_of_thing(each) for each in blotter.amendments],
    }


def value_of_thing(thing):
    names = (field.name for field in dataclasses.fields(thing) if field.name != "rules")
    return {name: value_of(getattr(thing, name)) for name in names}


def value_of_order(order):
    found = value_of_thing(order)
    found["trades"] = [each.trade_id for each in order.trades]
    found["matches"] = [each.match_id for each in order.matches]
    return found


def market_snapshot(market):
    return {
        "ids": [market.next_order_id, market.next_trade_id, market.next_match_id],
        "open": market.open_orders,
        "waiting": sorted(market.waiting),
        "orders": list(market.orders),
        "levels": [levels(market, buys) for buys in (True, False)],
    }


def levels(market, buys):
    """The accounts' orders in the book, best price first, in the order of the queue; icebergs are restored by age."""
    found = []
    for level in market.book.side(buys).from_best():
        queue = [each for each in level.queue.values() if each.account is not None]
        names = [(each.order_id, each.shown) for each in queue]
        aged = any(each.piece_size for each in queue)
        found += [(level.price, sorted(names) if aged else names)] if names else []
    return found
