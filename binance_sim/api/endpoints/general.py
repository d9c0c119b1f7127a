"""What the exchange is: time, rules, pairs (source: "General endpoints")."""

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


def ping(call: ApiRequest) -> Json:
    call.params.finish()
    return {}


def server_time(call: ApiRequest) -> Json:
    call.params.finish()
    return {"serverTime": call.now()}


def read_symbols(call: ApiRequest) -> list[str] | None:
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
    if any(name not in call.exchange.markets for name in names):
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


def read_status(call: ApiRequest) -> str | None:
    return call.params.choice("symbolStatus", STATUSES, ApiError(-1122, "Invalid symbolStatus."))


def market_in_status(call: ApiRequest) -> SymbolMarket:
    """The pair of `symbol`, which must be in the status asked for; raises ApiError -1220."""
    market, status = call.market(), read_status(call)
    if status not in (None, market.status):
        raise ApiError(-1220, "The symbol's status does not match the requested symbolStatus.")
    return market


def answer_per_market(call: ApiRequest, shape: Callable[[SymbolMarket], Json]) -> Json | list[Json]:
    """One object for `symbol`, a list for `symbols` or none; `symbolStatus` leaves others out."""
    names = read_symbols(call)
    if "symbol" in call.params:
        market = market_in_status(call)
        call.params.finish()
        return shape(market)
    status = read_status(call)
    call.params.finish()
    markets = (call.exchange.markets[name] for name in names or call.exchange.markets)
    return [shape(market) for market in markets if status in (None, market.status)]


def exchange_info(call: ApiRequest) -> Json:
    names, status = read_symbols(call), read_status(call)
    if status is not None and names is not None:
        raise bad_combination()
    call.params.text("permissions")
    sets = call.params.flag("showPermissionSets", default=True)
    call.params.finish()
    markets = [call.exchange.markets[name] for name in names or call.exchange.markets]
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
        "symbols": [_document(market, sets) for market in markets if status in (None, market.status)],
    }


def _document(market: SymbolMarket, sets: bool) -> Json:
    document = dict(market.rules.document) | {"status": market.status}
    return document if sets else document | {"permissionSets": []}


def execution_rules(call: ApiRequest) -> Json:
    """Which pairs have a price range rule: none, here."""
    names, status = read_symbols(call), read_status(call)
    call.params.finish()
    markets = (call.exchange.markets[name] for name in names or call.exchange.markets)
    return {
        "symbolRules": [{"symbol": market.name, "rules": []} for market in markets if status in (None, market.status)]
    }
