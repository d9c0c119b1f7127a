"""Books, trades, candles and averages (source: "Market data endpoints")."""

import re
from dataclasses import replace
from itertools import islice
from typing import Any

from binance_sim.api.endpoints.general import market_in_status
from binance_sim.api.params import DEFAULT_LIMIT, MAX_LIMIT
from binance_sim.api.request import ApiRequest, Json
from binance_sim.api.shapes import markets as shapes
from binance_sim.errors import ApiError, bad_combination, illegal_characters
from binance_sim.market.intervals import INTERVALS, CandleSpan, candles_of
from binance_sim.numbers import format_amount

MAX_LEVELS = 5000
ZONE = re.compile(r"([+-]?)(\d{1,2})(?::(\d{2}))?")
MINUTE_US = 60_000_000


def depth(request: ApiRequest) -> Json:
    market = market_in_status(request)
    limit = request.params.limit(100, MAX_LEVELS)
    request.params.finish()
    request.exchange.show_whole_book(market)
    return shapes.depth(market, limit)


def trades(request: ApiRequest) -> list[Json]:
    market = request.market()
    limit = request.params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    request.params.finish()
    return [shapes.public_trade(trade, request.unit) for trade in market.history.newest_trades(limit)]


def historical_trades(request: ApiRequest) -> list[Json]:
    market, first = request.market(), request.params.number("fromId")
    limit = request.params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    request.params.finish()
    history = market.history
    rows = history.newest_trades(limit) if first is None else history.trades_from(first, limit)
    return [shapes.public_trade(trade, request.unit) for trade in rows]


def aggregate_trades(request: ApiRequest) -> list[Json]:
    history, first = request.market().history, request.params.number("fromId")
    start, end = request.params.time("startTime"), request.params.last_time("endTime")
    limit = request.params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    request.params.finish()
    if first is not None and (start is not None or end is not None):
        raise bad_combination()
    if first is not None:
        rows = history.aggregates_from(first, limit)
    elif start is not None:
        rows = history.aggregates_since(start, end, limit)
    else:
        rows = history.newest_aggregates(end, limit)
    return [shapes.aggregate(trade, request.unit) for trade in rows]


def block_trades(request: ApiRequest) -> list[Json]:
    """Always empty: block trades are not simulated."""
    request.market()
    request.params.require_number("fromId")
    request.params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    request.params.finish()
    return []


def candles(request: ApiRequest) -> list[list[Any]]:
    market, params = request.market(), request.params
    params.require("interval")
    interval = params.choice("interval", INTERVALS, ApiError(-1120, "Invalid interval.")) or ""
    offset = read_zone(params.text("timeZone"))
    start, end = params.time("startTime"), params.time("endTime")
    limit = params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    params.finish()
    span = CandleSpan(interval, min(end or market.clock_us, market.clock_us), offset_us=offset)
    # The first candles from the start time on; without one the newest.
    span = replace(span, since_us=max(0, span.back(limit - 1)) if start is None else start)
    chosen = islice(candles_of(market.history.candles, span), limit)
    return [shapes.candle_row(candle, span.after(candle.start) - 1, request.unit) for candle in chosen]


def read_zone(text: str | None) -> int:
    """The offset of a zone such as `8`, `-1:00` or `05:45` in microseconds; raises ApiError -1100 beyond -12 to +14."""
    match = ZONE.fullmatch(text) if text is not None else None
    if text is None:
        return 0
    minutes = (int(match[2]) * 60 + int(match[3] or 0)) * (-1 if match[1] == "-" else 1) if match else None
    if minutes is None or not -12 * 60 <= minutes <= 14 * 60:
        raise illegal_characters("timeZone", "[-12:00, +14:00]")
    return minutes * MINUTE_US


def average_price(request: ApiRequest) -> Json:
    market = request.market()
    request.params.finish()
    return shapes.average_price(market, request.unit)


def reference_price(request: ApiRequest) -> Json:
    market = request.market()
    request.params.finish()
    history = market.history
    if not history.has_reference:
        raise no_reference()
    price = None if history.reference_price is None else format_amount(history.reference_price)
    return {"symbol": market.name, "referencePrice": price, "timestamp": request.unit(history.reference_us)}


def reference_calculation(request: ApiRequest) -> Json:
    market = market_in_status(request)
    request.params.finish()
    if not market.history.has_reference:
        raise no_reference()
    return {"symbol": market.name, "calculationType": "EXTERNAL", "externalCalculationId": 1}


def no_reference() -> ApiError:
    return ApiError(-2043, "This symbol doesn't have a reference price.")
