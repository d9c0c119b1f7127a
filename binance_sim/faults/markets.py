"""Pairs: halted, closed, canceled by maintenance, with other filters or another reference price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from binance_sim.faults.fault import FaultError
from binance_sim.faults.kinds import NOW, Kind, Params, decimal, one_of, text
from binance_sim.matching.ending import expire
from binance_sim.numbers import plain
from binance_sim.symbols.rules import rules_of

if TYPE_CHECKING:
    from binance_sim.faults.world import World
    from binance_sim.matching.desks import Desk

STATUSES = ("TRADING", "HALT", "BREAK", "CANCEL_ONLY", "END_OF_DAY")


def _desks(world: World, params: Params) -> list[Desk]:
    """The pair of `symbol`, or all of them."""
    return [world.desk(params)] if "symbol" in params else list(world.exchange.desks.values())


def _status(world: World, params: Params) -> dict[str, Any]:
    status = one_of(params, "status", STATUSES)
    for desk in _desks(world, params):
        world.exchange.set_status(desk, status)
        world.openings.pair(desk)
    return {"status": status}


def _maintenance(world: World, params: Params) -> dict[str, Any]:
    """Expire every open order of the pair, as the exchange does when it takes a market down."""
    expired = 0
    for desk in _desks(world, params):
        with world.exchange.transaction(desk) as tx:
            for order in list(desk.orders.values()):
                if order.is_open:
                    expire(tx, order, "EXCHANGE_CANCELED")
                    expired += 1
    return {"expired": expired}


def _filter(world: World, params: Params) -> dict[str, Any]:
    """Change fields of one filter of a pair; open orders stay as they are."""
    name, changes = text(params, "filter"), params.get("set")
    if not isinstance(changes, dict) or not changes:
        raise FaultError('set is no object such as {"stepSize": "0.001"}')
    desk = world.desk(params)
    document = dict(desk.rules.document)
    filters = [dict(each) for each in document["filters"]]
    found = _filter_of(desk, filters, name)
    unknown = set(changes) - set(found)
    if unknown:
        raise FaultError(f"{name} has no field {', '.join(sorted(unknown))}; it has: {', '.join(found)}")
    found.update(changes)
    try:
        desk.rules = rules_of({**document, "filters": filters})
    except (ArithmeticError, ValueError, TypeError) as error:
        raise FaultError(f"set is {changes}: not what {name} can hold") from error
    world.openings.pair(desk)
    return {"filter": found}


def _filter_of(desk: Desk, filters: list[dict[str, Any]], name: str) -> dict[str, Any]:
    found = next((each for each in filters if each["filterType"] == name), None)
    if found is None:
        known = ", ".join(each["filterType"] for each in filters)
        raise FaultError(f"{desk.name} has no filter {name}; it has: {known}")
    return found


def _reference(world: World, params: Params) -> dict[str, Any]:
    """Set a reference price, which filters then use instead of the average; null is one that is unknown for now."""
    desk = world.desk(params)
    market = desk.market
    found = None if params["price"] is None else decimal(params, "price")
    market.has_reference, market.reference_price, market.reference_us = True, found, desk.clock_us
    return {"symbol": desk.name, "referencePrice": None if found is None else plain(found)}


_SYMBOL = "which pair, all if not said"

KINDS = (
    Kind("status", NOW, "the pair's status changes", {"*status": ", ".join(STATUSES), "symbol": _SYMBOL}, act=_status),
    Kind(
        "maintenance-cancel",
        NOW,
        "the exchange expires all open orders (EXPIRED, reason EXCHANGE_CANCELED)",
        {"symbol": _SYMBOL},
        act=_maintenance,
    ),
    Kind(
        "filter",
        NOW,
        "a filter of the pair changes",
        {"*symbol": "which pair", "*filter": "which filter, as LOT_SIZE", "*set": "its fields with new values"},
        act=_filter,
    ),
    Kind(
        "reference-price",
        NOW,
        "the pair has a reference price from now on",
        {"*symbol": "which pair", "*price": "the price, null for one that is unknown for now"},
        act=_reference,
    ),
)
