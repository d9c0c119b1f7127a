"""Requests that need no key: parameters in, JSON out, for REST and the WebSocket API alike."""

from collections.abc import Callable
from itertools import islice
from typing import Any

import orjson

from lotkeeper.paper import shapes
from lotkeeper.paper.errors import ApiError, illegal
from lotkeeper.paper.exchange import Exchange
from lotkeeper.paper.markets import Market
from lotkeeper.paper.numbers import wire
from lotkeeper.paper.params import Params
from lotkeeper.paper.private import desk_of

Json = dict[str, Any]
RAW_LIMIT = {"rateLimitType": "RAW_REQUESTS", "interval": "MINUTE", "intervalNum": 5, "limit": 300_000}
WEIGHT_LIMIT = {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000}


def ping(exchange: Exchange, params: Params) -> Json:
    params.finish()
    return {}


def server_time(exchange: Exchange, params: Params) -> Json:
    params.finish()
    return {"serverTime": exchange.clock.ms()}


def read_symbols(exchange: Exchange, params: Params) -> list[str] | None:
    """The pairs meant by `symbol` or `symbols`, None where neither is there."""
    if "symbol" in params and "symbols" in params:
        raise ApiError(-1128, "Combination of optional parameters invalid.")
    if "symbol" in params:
        names: Any = [params.text("symbol")]
    elif "symbols" in params:
        names = _parse(params.text("symbols") or "")
    else:
        return None
    if any(name not in exchange.desks for name in names):
        raise ApiError(-1121, "Invalid symbol.")
    return list(names)


def _parse(text: str) -> list[str]:
    try:
        names = orjson.loads(text)
    except orjson.JSONDecodeError:
        names = None
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise illegal("symbols", r'^\["[^"]+"(,"[^"]+")*\]$')
    return names


def exchange_info(exchange: Exchange, params: Params) -> Json:
    names = read_symbols(exchange, params)
    status = params.choice("symbolStatus", ("TRADING", "HALT", "BREAK"), ApiError(-1130, "Invalid symbolStatus."))
    for name in ("permissions", "showPermissionSets"):
        params.text(name)
    params.finish()
    chosen = [exchange.rules[name] for name in names or exchange.rules]
    ten, day = exchange.unfilled.limits
    return {
        "timezone": "UTC",
        "serverTime": exchange.clock.ms(),
        "rateLimits": [
            WEIGHT_LIMIT,
            {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": ten},
            {"rateLimitType": "ORDERS", "interval": "DAY", "intervalNum": 1, "limit": day},
            RAW_LIMIT,
        ],
        "exchangeFilters": [],
        "symbols": [dict(rules.document) for rules in chosen if status in (None, rules.status)],
    }


def _each(exchange: Exchange, params: Params, shape: Callable[[Market], Json]) -> Json | list[Json]:
    """One object for `symbol`, a list for `symbols` or none."""
    names = read_symbols(exchange, params)
    params.text("symbolStatus")
    single = "symbol" in params
    params.finish()
    found = [shape(exchange.desks[name].market) for name in names or exchange.desks]
    return found[0] if single else found


def price(exchange: Exchange, params: Params) -> Json | list[Json]:
    return _each(exchange, params, shapes.price_ticker)


def book(exchange: Exchange, params: Params) -> Json | list[Json]:
    return _each(exchange, params, shapes.book_ticker)


def day(exchange: Exchange, params: Params) -> Json | list[Json]:
    refusal = ApiError(-1130, "Data sent for parameter 'type' is not valid.")
    full = params.choice("type", ("FULL", "MINI"), refusal) != "MINI"
    now = exchange.clock.ms()
    return _each(exchange, params, lambda market: shapes.day_ticker(market, now, full))


def average(exchange: Exchange, params: Params) -> Json:
    market = desk_of(exchange, params).market
    params.finish()
    return shapes.average_price(market, exchange.clock.ms())


def depth(exchange: Exchange, params: Params) -> Json:
    """The ladder that a taker would meet, at most as deep as it is made."""
    market = desk_of(exchange, params).market
    limit = params.limit(100, 5000)
    params.finish()
    bids, asks = ([[wire(a), wire(b)] for a, b in islice(market.ladder(side), limit)] for side in (False, True))
    return {"lastUpdateId": market.quote.update_id if market.quote else 0, "bids": bids, "asks": asks}


def trades(exchange: Exchange, params: Params) -> list[Json]:
    market = desk_of(exchange, params).market
    limit = params.limit(500, 1000)
    params.finish()
    return [shapes.public_trade(trade) for trade in list(market.prints)[-limit:]]
