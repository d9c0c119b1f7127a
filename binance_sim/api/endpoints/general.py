"""Time, limits and pairs of the exchange (source: "General endpoints")."""

from collections.abc import Callable
from typing import Any

import orjson

from binance_sim.account.unfilled import DEFAULT_LIMITS
from binance_sim.api.request import ApiRequest, Json
from binance_sim.errors import ApiError, bad_combination, illegal_characters, unknown_symbol
from binance_sim.matching.symbol_market import SymbolMarket

RAW_LIMIT = {"rateLimitType": "RAW_REQUESTS", "interval": "MINUTE", "intervalNum": 5, "limit": 300_000}
WEIGHT_LIMIT = {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1}
STATUSES = ("TRADING", "HALT", "BREAK")


def ping(request: ApiRequest) -> Json:
    request.params.finish()
    return {}


def server_time(request: ApiRequest) -> Json:
    request.params.finish()
    return {"serverTime": request.now()}


def read_symbols(request: ApiRequest) -> list[str] | None:
    """The pairs that `symbol` or `symbols` names, None if neither is given."""
    params = request.params
    if "symbol" in params and "symbols" in params:
        raise bad_combination()
    if "symbol" in params:
        names: Any = [params.text("symbol")]
    elif "symbols" in params:
        names = _parse(params.text("symbols") or "")
    else:
        return None
    listed = request.exchange.listed()
    if any(name not in listed for name in names):
        raise unknown_symbol()
    return list(names)


def _parse(text: str) -> list[str]:
    try:
        names = orjson.loads(text)
    except orjson.JSONDecodeError:
        names = None
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise illegal_characters("symbols", r'^\["[^"]+"(,"[^"]+")*\]$')
    if len(set(names)) < len(names):
        raise ApiError(-1151, "Symbol is present multiple times in the list.")
    return names


def read_status(request: ApiRequest) -> str | None:
    return request.params.choice("symbolStatus", STATUSES, ApiError(-1122, "Invalid symbolStatus."))


def market_in_status(request: ApiRequest) -> SymbolMarket:
    """The pair of `symbol`, which must have the requested status; raises ApiError -1220."""
    market, status = request.market(), read_status(request)
    if status not in (None, market.status):
        raise ApiError(-1220, "The symbol's status does not match the requested symbolStatus.")
    return market


def answer_per_market(request: ApiRequest, shape: Callable[[SymbolMarket], Json]) -> Json | list[Json]:
    """One object for `symbol`, a list for `symbols` or for all pairs; `symbolStatus` filters the pairs."""
    names = read_symbols(request)
    if "symbol" in request.params:
        market = market_in_status(request)
        request.params.finish()
        return shape(market)
    status = read_status(request)
    request.params.finish()
    listed = request.exchange.listed()
    markets = (listed[name] for name in names or listed)
    return [shape(market) for market in markets if status in (None, market.status)]


def exchange_info(request: ApiRequest) -> Json:
    names, status = read_symbols(request), read_status(request)
    if status is not None and names is not None:
        raise bad_combination()
    request.params.text("permissions")
    sets = request.params.flag("showPermissionSets", default=True)
    request.params.finish()
    listed = request.exchange.listed()
    markets = [listed[name] for name in names or listed]
    ten, day = next((each.unfilled.limits for each in request.exchange.accounts.values()), list(DEFAULT_LIMITS))
    return {
        "timezone": "UTC",
        "serverTime": request.now(),
        "rateLimits": [
            WEIGHT_LIMIT | {"limit": request.weight_limit},
            {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": ten},
            {"rateLimitType": "ORDERS", "interval": "DAY", "intervalNum": 1, "limit": day},
            RAW_LIMIT,
        ],
        "exchangeFilters": [],
        "symbols": [_document(market, sets) for market in markets if status in (None, market.status)],
    }


def _document(market: SymbolMarket, sets: bool) -> Json:
    document = dict(market.rules.document) | {"status": market.status}
    return document if sets else document | {"permissionSets": []}


def execution_rules(request: ApiRequest) -> Json:
    """Which pairs have a price range rule: no pair has one here."""
    names, status = read_symbols(request), read_status(request)
    request.params.finish()
    listed = request.exchange.listed()
    markets = (listed[name] for name in names or listed)
    return {
        "symbolRules": [{"symbol": market.name, "rules": []} for market in markets if status in (None, market.status)]
    }
