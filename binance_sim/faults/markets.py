"""Faults of pairs: halted, closed, orders expired by maintenance, other filters, a reference price."""

from __future__ import annotations

from typing import Any

from binance_sim.faults.effects import Seam
from binance_sim.faults.fault import FaultError
from binance_sim.faults.kinds import FaultKind, FaultParams, read_choice, read_decimal, read_text
from binance_sim.faults.targets import FaultTargets
from binance_sim.matching.end_order import expire
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.numbers import format_plain
from binance_sim.symbols.rules import rules_of

STATUSES = ("TRADING", "HALT", "BREAK", "CANCEL_ONLY", "END_OF_DAY")


def _markets(targets: FaultTargets, params: FaultParams) -> list[SymbolMarket]:
    """The pair of `symbol`, or all of them."""
    return [targets.market(params)] if "symbol" in params else list(targets.exchange.markets.values())


def _status(targets: FaultTargets, params: FaultParams) -> dict[str, Any]:
    status = read_choice(params, "status", STATUSES)
    for market in _markets(targets, params):
        targets.exchange.set_status(market, status)
        targets.facts.write_pair(market)
    return {"status": status}


def _maintenance(targets: FaultTargets, params: FaultParams) -> dict[str, Any]:
    """Expire every open order of the pair, as the exchange does for maintenance."""
    expired = 0
    for market in _markets(targets, params):
        with targets.exchange.transaction(market) as tx:
            for order in list(market.orders.values()):
                if order.is_open:
                    expire(tx, order, "EXCHANGE_CANCELED")
                    expired += 1
    return {"expired": expired}


def _delist(targets: FaultTargets, params: FaultParams) -> dict[str, Any]:
    """End the pair: its orders expire, and no request knows its symbol any more."""
    market = targets.market(params)
    expired = _maintenance(targets, params)
    targets.exchange.set_status(market, "BREAK")
    targets.facts.write_pair(market)
    targets.exchange.unlisted.add(market.name)
    return expired


def _list_again(targets: FaultTargets, params: FaultParams) -> dict[str, Any]:
    market = targets.market(params)
    targets.exchange.unlisted.discard(market.name)
    targets.exchange.set_status(market, "TRADING")
    targets.facts.write_pair(market)
    return {}


def _filter(targets: FaultTargets, params: FaultParams) -> dict[str, Any]:
    """Change fields of one filter of a pair. Open orders stay."""
    name, changes = read_text(params, "filter"), params.get("set")
    if not isinstance(changes, dict) or not changes:
        raise FaultError('set is not an object such as {"stepSize": "0.001"}')
    market = targets.market(params)
    document = dict(market.rules.document)
    filters = [dict(each) for each in document["filters"]]
    found = _filter_of(market, filters, name)
    unknown = set(changes) - set(found)
    if unknown:
        raise FaultError(f"{name} has no field {', '.join(sorted(unknown))}; it has: {', '.join(found)}")
    found.update(changes)
    try:
        market.rules = rules_of({**document, "filters": filters})
    except (ArithmeticError, ValueError, TypeError) as error:
        raise FaultError(f"set is {changes}: {name} cannot have these values") from error
    targets.facts.write_pair(market)
    return {"filter": found}


def _filter_of(market: SymbolMarket, filters: list[dict[str, Any]], name: str) -> dict[str, Any]:
    found = next((each for each in filters if each["filterType"] == name), None)
    if found is None:
        known = ", ".join(each["filterType"] for each in filters)
        raise FaultError(f"{market.name} has no filter {name}; it has: {known}")
    return found


def _reference(targets: FaultTargets, params: FaultParams) -> dict[str, Any]:
    """Set a reference price, which filters use instead of the average; null is a price that is unknown for now."""
    market = targets.market(params)
    history = market.history
    found = None if params["price"] is None else read_decimal(params, "price")
    history.has_reference, history.reference_price, history.reference_us = True, found, market.clock_us
    return {"symbol": market.name, "referencePrice": None if found is None else format_plain(found)}


_SYMBOL = "the pair, by default all"

KINDS = (
    FaultKind(
        "status",
        Seam.NOW,
        "the pair's status changes",
        {"*status": ", ".join(STATUSES), "symbol": _SYMBOL},
        act=_status,
    ),
    FaultKind(
        "delist",
        Seam.NOW,
        "the pair is not listed any more: its orders expire, and requests that name it are refused (-1121)",
        {"*symbol": "the pair"},
        act=_delist,
    ),
    FaultKind("list-again", Seam.NOW, "the pair is listed again", {"*symbol": "the pair"}, act=_list_again),
    FaultKind(
        "maintenance-cancel",
        Seam.NOW,
        "the exchange expires all open orders (EXPIRED, reason EXCHANGE_CANCELED)",
        {"symbol": _SYMBOL},
        act=_maintenance,
    ),
    FaultKind(
        "filter",
        Seam.NOW,
        "a filter of the pair changes",
        {"*symbol": "the pair", "*filter": "the filter, such as LOT_SIZE", "*set": "its fields with new values"},
        act=_filter,
    ),
    FaultKind(
        "reference-price",
        Seam.NOW,
        "the pair has a reference price from now on",
        {"*symbol": "the pair", "*price": "the price, null if it is unknown for now"},
        act=_reference,
    ),
)
