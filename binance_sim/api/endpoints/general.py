"""What the exchange is: time, rules, pairs (source: "General endpoints")."""

from collections.abc import Callable
from typing import Any

import orjson

from binance_sim.account.unfilled import DEFAULT_LIMITS
from binance_sim.api.call import Call, Json
from binance_sim.errors import ApiError, bad_combination, illegal, unknown_symbol
from binance_sim.matching.desks import Desk

RAW_LIMIT = {"rateLimitType": "RAW_REQUESTS", "interval": "MINUTE", "intervalNum": 5, "limit": 300_000}
WEIGHT_LIMIT = {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1}
STATUSES = ("TRADING", "HALT", "BREAK")


def ping(call: Call) -> Json:
    call.params.finish()
    return {}


def server_time(call: Call) -> Json:
    call.params.finish()
    return {"serverTime": call.now()}


def read_symbols(call: Call) -> list[str] | None:
    """The pairs meant by `symbol` or `symbols`, None where neither is there."""
    params = call.params
    if "symbol" in params and "symbols" in params:
        raise bad_combination()
    if "symbol" in params:
        names: Any = [params.text("symbol")]
    elif "symbols" in params:
        names = _parse(params.text("symbols") or "")
    else:
        return None
    if any(name not in call.exchange.desks for name in names):
        raise unknown_symbol()
    return list(names)


def _parse(text: str) -> list[str]:
    try:
        names = orjson.loads(text)
    except orjson.JSONDecodeError:
        names = None
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise illegal("symbols", r'^\["[^"]+"(,"[^"]+")*\]$')
    if len(set(names)) < len(names):
        raise ApiError(-1151, "Symbol is present multiple times in the list.")
    return names


def read_status(call: Call) -> str | None:
    return call.params.choice("symbolStatus", STATUSES, ApiError(-1122, "Invalid symbolStatus."))


def desk_of_status(call: Call) -> Desk:
    """The pair of `symbol`, which must be in the status asked for; raises ApiError -1220."""
    desk, status = call.desk(), read_status(call)
    if status not in (None, desk.status):
        raise ApiError(-1220, "The symbol's status does not match the requested symbolStatus.")
    return desk


def each_desk(call: Call, shape: Callable[[Desk], Json]) -> Json | list[Json]:
    """One object for `symbol`, a list for `symbols` or none; `symbolStatus` leaves others out."""
    names = read_symbols(call)
    if "symbol" in call.params:
        desk = desk_of_status(call)
        call.params.finish()
        return shape(desk)
    status = read_status(call)
    call.params.finish()
    desks = (call.exchange.desks[name] for name in names or call.exchange.desks)
    return [shape(desk) for desk in desks if status in (None, desk.status)]


def exchange_info(call: Call) -> Json:
    names, status = read_symbols(call), read_status(call)
    if status is not None and names is not None:
        raise bad_combination()
    call.params.text("permissions")
    sets = call.params.flag("showPermissionSets", default=True)
    call.params.finish()
    desks = [call.exchange.desks[name] for name in names or call.exchange.desks]
    ten, day = next((each.unfilled.limits for each in call.exchange.accounts.values()), list(DEFAULT_LIMITS))
    return {
        "timezone": "UTC",
        "serverTime": call.now(),
        "rateLimits": [
            WEIGHT_LIMIT | {"limit": call.weight_limit},
            {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": ten},
            {"rateLimitType": "ORDERS", "interval": "DAY", "intervalNum": 1, "limit": day},
            RAW_LIMIT,
        ],
        "exchangeFilters": [],
        "symbols": [_document(desk, sets) for desk in desks if status in (None, desk.status)],
    }


def _document(desk: Desk, sets: bool) -> Json:
    document = dict(desk.rules.document) | {"status": desk.status}
    return document if sets else document | {"permissionSets": []}


def execution_rules(call: Call) -> Json:
    """Which pairs have a price range rule: none, here."""
    names, status = read_symbols(call), read_status(call)
    call.params.finish()
    desks = (call.exchange.desks[name] for name in names or call.exchange.desks)
    return {"symbolRules": [{"symbol": desk.name, "rules": []} for desk in desks if status in (None, desk.status)]}
