"""Books, trades, candles and averages (source: "Market data endpoints")."""

import re
from typing import Any

from binance_sim.api.call import Call, Json
from binance_sim.api.endpoints.general import desk_of_status
from binance_sim.api.paging import DEFAULT_LIMIT, MAX_LIMIT, inside, newest, page
from binance_sim.api.shapes import markets as shapes
from binance_sim.errors import ApiError, bad_combination, illegal
from binance_sim.market.intervals import INTERVALS, Span, candles_of
from binance_sim.matching.desks import Desk
from binance_sim.numbers import wire

MOST_LEVELS = 5000
ZONE = re.compile(r"([+-]?)(\d{1,2})(?::(\d{2}))?")
MINUTE_US = 60_000_000


def depth(call: Call) -> Json:
    desk = desk_of_status(call)
    limit = call.params.limit(100, MOST_LEVELS)
    call.params.finish()
    call.exchange.deepen(desk)
    return shapes.depth(desk, limit)


def trades(call: Call) -> list[Json]:
    desk = call.desk()
    limit = call.params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    call.params.finish()
    rows = desk.market.prints.trades
    return [shapes.public_trade(trade, call.unit) for trade in newest(rows, len(rows), limit)]


def historical_trades(call: Call) -> list[Json]:
    desk, first = call.desk(), call.params.number("fromId")
    limit = call.params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    call.params.finish()
    rows = [trade for trade in desk.market.prints.trades if first is None or trade.trade_id >= first]
    return [shapes.public_trade(trade, call.unit) for trade in page(rows, first is not None, limit)]


def aggregate_trades(call: Call) -> list[Json]:
    desk, first = call.desk(), call.params.number("fromId")
    start, end = call.params.time("startTime"), call.params.time("endTime")
    limit = call.params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    call.params.finish()
    if first is not None and (start is not None or end is not None):
        raise bad_combination()
    rows = [
        trade
        for trade in desk.market.prints.aggregates
        if (first is None or trade.number >= first) and inside(trade.time, start, end)
    ]
    return [shapes.aggregate(trade, call.unit) for trade in page(rows, first is not None or start is not None, limit)]


def block_trades(call: Call) -> list[Json]:
    """Always none: nobody trades blocks here."""
    call.desk()
    call.params.need_number("fromId")
    call.params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    call.params.finish()
    return []


def candles(call: Call) -> list[list[Any]]:
    desk, params = call.desk(), call.params
    params.need("interval")
    interval = params.choice("interval", INTERVALS, ApiError(-1120, "Invalid interval.")) or ""
    offset = read_zone(params.text("timeZone"))
    start, end = params.time("startTime"), params.time("endTime")
    limit = params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    params.finish()
    return _rows(call, desk, Span(interval, min(end or desk.clock_us, desk.clock_us), start or 0, offset), limit)


def _rows(call: Call, desk: Desk, span: Span, limit: int) -> list[list[Any]]:
    found = list(candles_of(desk.market.candles, span))
    chosen = page(found, bool(span.since_us), limit)
    return [shapes.candle_row(candle, span.after(candle.start) - 1, call.unit) for candle in chosen]


def read_zone(text: str | None) -> int:
    """A zone such as `8`, `-1:00` or `05:45`, in microseconds ahead of UTC; raises ApiError -1100 beyond -12 to +14."""
    match = ZONE.fullmatch(text) if text is not None else None
    if text is None:
        return 0
    minutes = (int(match[2]) * 60 + int(match[3] or 0)) * (-1 if match[1] == "-" else 1) if match else None
    if minutes is None or not -12 * 60 <= minutes <= 14 * 60:
        raise illegal("timeZone", "[-12:00, +14:00]")
    return minutes * MINUTE_US


def average_price(call: Call) -> Json:
    desk = call.desk()
    call.params.finish()
    return shapes.average_price(desk, call.unit)


def reference_price(call: Call) -> Json:
    desk = call.desk()
    call.params.finish()
    market = desk.market
    if not market.has_reference:
        raise no_reference()
    price = None if market.reference_price is None else wire(market.reference_price)
    return {"symbol": desk.name, "referencePrice": price, "timestamp": call.unit(market.reference_us)}


def reference_calculation(call: Call) -> Json:
    desk = desk_of_status(call)
    call.params.finish()
    if not desk.market.has_reference:
        raise no_reference()
    return {"symbol": desk.name, "calculationType": "EXTERNAL", "externalCalculationId": 1}


def no_reference() -> ApiError:
    return ApiError(-2043, "This symbol doesn't have a reference price.")
