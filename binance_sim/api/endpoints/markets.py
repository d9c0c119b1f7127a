"""Books, trades, candles and averages (source: "Market data endpoints")."""

import re
from typing import Any

from binance_sim.api.endpoints.general import market_in_status
from binance_sim.api.params import DEFAULT_LIMIT, MAX_LIMIT, inside, newest, page
from binance_sim.api.request import ApiRequest, Json
from binance_sim.api.shapes import markets as shapes
from binance_sim.errors import ApiError, bad_combination, illegal_characters
from binance_sim.market.intervals import INTERVALS, CandleSpan, candles_of
from binance_sim.matching.symbol_market import SymbolMarket
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
    rows = market.history.public_trades.trades
    return [shapes.public_trade(trade, request.unit) for trade in newest(rows, len(rows), limit)]


def historical_trades(request: ApiRequest) -> list[Json]:
    market, first = request.market(), request.params.number("fromId")
    limit = request.params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    request.params.finish()
    rows = [trade for trade in market.history.public_trades.trades if first is None or trade.trade_id >= first]
    return [shapes.public_trade(trade, request.unit) for trade in page(rows, first is not None, limit)]


def aggregate_trades(request: ApiRequest) -> list[Json]:
    market, first = request.market(), request.params.number("fromId")
    start, end = request.params.time("startTime"), request.params.time("endTime")
    limit = request.params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    request.params.finish()
    if first is not None and (start is not None or end is not None):
        raise bad_combination()
    rows = [
        trade
        for trade in market.history.public_trades.aggregates
        if (first is None or trade.number >= first) and inside(trade.time, start, end)
    ]
    return [
        shapes.aggregate(trade, request.unit) for trade in page(rows, first is not None or start is not None, limit)
    ]


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
    return _rows(
        request, market, CandleSpan(interval, min(end or market.clock_us, market.clock_us), start or 0, offset), limit
    )


def _rows(request: ApiRequest, market: SymbolMarket, span: CandleSpan, limit: int) -> list[list[Any]]:
    found = list(candles_of(market.history.candles, span))
    chosen = page(found, bool(span.since_us), limit)
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
