"""What the state file contains: records of accounts, pairs and orders, as JSON with amounts as texts."""

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from binance_sim.account.account import TradingAccount
from binance_sim.account.fees import FeeRates, PairCommission
from binance_sim.account.reserves import Reserve
from binance_sim.account.wallet import Wallet
from binance_sim.api.keys import ApiKey
from binance_sim.matching.asset_ledger import AssetLedger
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.orders import AccountTrade, Amendment, Order, OrderList, PreventedMatch
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.numbers import ZERO
from binance_sim.state.state_file import Record

Json = dict[str, Any]


def pack(thing: Any, without: Collection[str] = ()) -> Json:
    """The fields of a dataclass as JSON, except those in `without`."""
    names = (field.name for field in dataclasses.fields(thing) if field.name not in without)
    return {name: _plain(getattr(thing, name)) for name in names}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def unpack(kind: type, body: Mapping[str, Any]) -> Json:
    """The fields in `body` as arguments of this dataclass."""
    return {field.name: _read(field, body[field.name]) for field in dataclasses.fields(kind) if field.name in body}


def _read(field: "dataclasses.Field[Any]", value: Any) -> Any:
    """Read one field. The field's type may be a text, because annotations may be texts."""
    return Decimal(value) if field.type in (Decimal, "Decimal") else value


def amounts(held: Mapping[str, Decimal]) -> dict[str, str]:
    return {asset: str(amount) for asset, amount in held.items()}


def read_amounts(held: Mapping[str, str]) -> dict[str, Decimal]:
    return {asset: Decimal(amount) for asset, amount in held.items()}


COUNTERS, LEDGER, ACCOUNT, FUNDS, KEY = "counters", "ledger", "account", "funds", "key"
WALLET = "wallet"
# Kinds of records; the text "desk" is part of the format of existing state files.
PAIR, MARKET, ORDER, TRADE, MATCH, AMENDMENT, LIST = "pair", "desk", "order", "trade", "match", "amendment", "list"
# The kinds that a wipe deletes.
ORDERS = (ORDER, TRADE, MATCH, AMENDMENT, LIST, LEDGER, FUNDS)
# Fields of an order that refer to other objects.
LINKED = ("ticket", "account", "reserve", "trades", "matches", "order_list")


def counters(exchange: Exchange) -> Record:
    return COUNTERS, "", {"executions": exchange.executions, "next_list_id": exchange.next_list_id}


def ledger(found: AssetLedger, asset: str) -> Record:
    held = {"outside": found.external.get(asset, ZERO), "commissions": found.commissions.get(asset, ZERO)}
    return LEDGER, asset, {**amounts(held)}


# Accounts


def account(found: TradingAccount) -> Record:
    """An account without its funds, orders and lists."""
    body = {
        "uid": found.uid,
        "group": found.group,
        "can_trade": found.can_trade,
        "updated_us": found.updated_us,
        "limits": amounts(found.limits),
        "bnb_fills": found.bnb_fills,
        "unfilled": found.unfilled.dump(),
        "order_limits": found.unfilled.limits,
        "in_bnb": found.fees.in_bnb,
        "usual": commission(found.fees.usual),
        "by_symbol": {symbol: commission(each) for symbol, each in found.fees.by_symbol.items()},
    }
    return ACCOUNT, found.name, body


def commission(found: PairCommission) -> Json:
    parts = {name: rates(getattr(found, name)) for name in ("standard", "special", "tax")}
    return {**parts, "discounted": found.discounted}


def rates(found: FeeRates) -> dict[str, str]:
    return amounts(asdict(found))


def funds(found: TradingAccount, asset: str) -> Record:
    held = found.funds
    parts = {"free": held.free, "locked": held.locked, "start": held.start, "flows": held.flows}
    body = amounts({name: amount[asset] for name, amount in parts.items() if asset in amount})
    return FUNDS, f"{found.name}/{asset}", {"account": found.name, "asset": asset, **body}


def key(found: ApiKey) -> Record:
    body = {"account": found.account.name, "kind": found.kind, "material": found.material}
    return KEY, found.api_key, {**body, "permissions": sorted(found.permissions)}


def wallet(found: Wallet) -> Record:
    """The list of conversions grows: the record has the list as it is now."""
    return WALLET, "", pack(found) | {"conversions": list(found.conversions)}


# Pairs


def pair(market: SymbolMarket) -> Record:
    return PAIR, market.name, dict(market.rules.document)


def market(found: SymbolMarket) -> Record:
    """A pair's status and next ids, its last external bid and its reference price."""
    quote, history = found.quote, found.history
    body = {
        "status": found.status,
        "next_order_id": found.next_order_id,
        "next_trade_id": found.next_trade_id,
        "next_match_id": found.next_match_id,
        "bid": str(quote.bid) if quote is not None else None,
        "has_reference": history.has_reference,
        "reference_price": None if history.reference_price is None else str(history.reference_price),
        "reference_us": history.reference_us,
    }
    return MARKET, found.name, body


# Orders


def order(found: Order) -> Record:
    order_list = found.order_list
    links = {
        "account": found.account.name,
        "symbol": found.rules.name,
        "ticket": pack(found.ticket, ("rules",)),
        "reserve": reserve(found.reserve),
        "shares": [each.order_id for each in order_list.orders if each.reserve is found.reserve] if order_list else [],
        "list": order_list.list_id if order_list is not None else None,
    }
    return ORDER, f"{found.rules.name}/{found.order_id}", pack(found, LINKED) | links


def reserve(found: Reserve) -> Json:
    return {"asset": found.asset, "amount": str(found.amount), "holders": found.holders}


def trade(found: AccountTrade) -> Record:
    name = f"{found.order.rules.name}/{found.order.order_id}"
    return TRADE, f"{name}/{found.trade_id}", pack(found, ("order",)) | {"order": name}


def match(found: PreventedMatch) -> Record:
    symbol = found.taker.rules.name
    links = {"taker": f"{symbol}/{found.taker.order_id}", "maker": f"{symbol}/{found.maker.order_id}"}
    return MATCH, f"{symbol}/{found.match_id}", pack(found, ("taker", "maker")) | links


def amendment(found: Amendment) -> Record:
    name = f"{found.order.rules.name}/{found.order.order_id}"
    return AMENDMENT, f"{name}/{found.execution_id}", pack(found, ("order",)) | {"order": name}


def order_list(found: OrderList) -> Record:
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
