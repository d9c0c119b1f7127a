"""What is kept of each thing."""

from dataclasses import asdict

from binance_sim.account.account import Account
from binance_sim.account.fees import Commission, Rates
from binance_sim.account.reserves import Reserve
from binance_sim.api.keys import Key
from binance_sim.matching.desks import Desk
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.ledger import Ledger
from binance_sim.matching.lists import OrderList
from binance_sim.matching.orders import Amendment, Order, PreventedMatch, Trade
from binance_sim.numbers import ZERO
from binance_sim.state.packing import Json, amounts, pack
from binance_sim.state.shelf import Thing

COUNTERS, LEDGER, ACCOUNT, FUNDS, KEY = "counters", "ledger", "account", "funds", "key"
PAIR, DESK, ORDER, TRADE, MATCH, AMENDMENT, LIST = "pair", "desk", "order", "trade", "match", "amendment", "list"
# What a wipe takes away.
ORDERS = (ORDER, TRADE, MATCH, AMENDMENT, LIST, LEDGER, FUNDS)
# Fields of an order that are things of their own.
LINKED = ("ticket", "account", "reserve", "trades", "matches", "order_list")


def counters(exchange: Exchange) -> Thing:
    return COUNTERS, "", {"executions": exchange.executions, "next_list_id": exchange.next_list_id}


def ledger(found: Ledger, asset: str) -> Thing:
    held = {"outside": found.outside.get(asset, ZERO), "commissions": found.commissions.get(asset, ZERO)}
    return LEDGER, asset, {**amounts(held)}


# Accounts


def account(found: Account) -> Thing:
    """Without its funds, orders and lists."""
    body = {
        "uid": found.uid,
        "group": found.group,
        "can_trade": found.can_trade,
        "updated_us": found.updated_us,
        "limits": amounts(found.limits),
        "bnb_fills": found.bnb_fills,
        "unfilled": found.unfilled.kept(),
        "order_limits": found.unfilled.limits,
        "in_bnb": found.fees.in_bnb,
        "usual": commission(found.fees.usual),
        "by_symbol": {symbol: commission(each) for symbol, each in found.fees.by_symbol.items()},
    }
    return ACCOUNT, found.name, body


def commission(found: Commission) -> Json:
    parts = {name: rates(getattr(found, name)) for name in ("standard", "special", "tax")}
    return {**parts, "discounted": found.discounted}


def rates(found: Rates) -> dict[str, str]:
    return amounts(asdict(found))


def funds(found: Account, asset: str) -> Thing:
    held = found.funds
    parts = {"free": held.free, "locked": held.locked, "start": held.start, "flows": held.flows}
    body = amounts({name: amount[asset] for name, amount in parts.items() if asset in amount})
    return FUNDS, f"{found.name}/{asset}", {"account": found.name, "asset": asset, **body}


def key(found: Key) -> Thing:
    body = {"account": found.account.name, "kind": found.kind, "material": found.material}
    return KEY, found.api_key, {**body, "permissions": sorted(found.permissions)}


# Pairs


def pair(desk: Desk) -> Thing:
    return PAIR, desk.name, dict(desk.rules.document)


def desk(found: Desk) -> Thing:
    """Ids, and the market outside as it was last."""
    quote, market = found.quote, found.market
    body = {
        "status": found.status,
        "next_order_id": found.next_order_id,
        "next_trade_id": found.next_trade_id,
        "next_match_id": found.next_match_id,
        "bid": str(quote.bid) if quote is not None else None,
        "has_reference": market.has_reference,
        "reference_price": None if market.reference_price is None else str(market.reference_price),
        "reference_us": market.reference_us,
    }
    return DESK, found.name, body


# Orders


def order(found: Order) -> Thing:
    whole = found.order_list
    links = {
        "account": found.account.name,
        "symbol": found.rules.name,
        "ticket": pack(found.ticket, ("rules",)),
        "reserve": reserve(found.reserve),
        "shares": [each.order_id for each in whole.orders if each.reserve is found.reserve] if whole else [],
        "list": whole.list_id if whole is not None else None,
    }
    return ORDER, f"{found.rules.name}/{found.order_id}", pack(found, LINKED) | links


def reserve(found: Reserve) -> Json:
    return {"asset": found.asset, "amount": str(found.amount), "holders": found.holders}


def trade(found: Trade) -> Thing:
    name = f"{found.order.rules.name}/{found.order.order_id}"
    return TRADE, f"{name}/{found.trade_id}", pack(found, ("order",)) | {"order": name}


def match(found: PreventedMatch) -> Thing:
    symbol = found.taker.rules.name
    links = {"taker": f"{symbol}/{found.taker.order_id}", "maker": f"{symbol}/{found.maker.order_id}"}
    return MATCH, f"{symbol}/{found.match_id}", pack(found, ("taker", "maker")) | links


def amendment(found: Amendment) -> Thing:
    name = f"{found.order.rules.name}/{found.order.order_id}"
    return AMENDMENT, f"{name}/{found.execution_id}", pack(found, ("order",)) | {"order": name}


def order_list(found: OrderList) -> Thing:
    links = {
        "account": found.account.name,
        "symbol": found.rules.name,
        "status": found.status,
        "orders": [each.order_id for each in found.orders],
        "working": found.working.order_id if found.working is not None else None,
        "pending": [each.order_id for each in found.pending],
        "pair": [each.order_id for each in found.pair],
        "proceeds": reserve(found.proceeds) if found.proceeds is not None else None,
    }
    plain = pack(found, ("rules", "account", *links))
    return LIST, str(found.list_id), plain | links
