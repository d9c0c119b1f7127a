"""Tickers of one pair, several or all (source: "Market data endpoints")."""

import re
from collections.abc import Callable
from functools import partial

from binance_sim.api.endpoints.general import answer_per_market
from binance_sim.api.endpoints.markets import read_zone
from binance_sim.api.request import ApiRequest, Json
from binance_sim.api.shapes import markets as shapes
from binance_sim.errors import ApiError, one_of
from binance_sim.market.intervals import DAY_US, start_of
from binance_sim.matching.symbol_market import SymbolMarket

WINDOW = re.compile(r"(\d{1,2})([mhd])")
UNITS_US = {"m": 60_000_000, "h": 3_600_000_000, "d": DAY_US}
MOST = {"m": 59, "h": 23, "d": 7}


def price(request: ApiRequest) -> Json | list[Json]:
    return answer_per_market(request, shapes.price_ticker)


def book(request: ApiRequest) -> Json | list[Json]:
    return answer_per_market(request, shapes.book_ticker)


def day(request: ApiRequest) -> Json | list[Json]:
    shape = shapes.day_ticker if read_full(request) else shapes.mini_ticker
    return answer_per_market(request, lambda market: shape(shapes.TickerWindow(market, DAY_US), request.unit))


def read_full(request: ApiRequest) -> bool:
    return request.params.choice("type", ("FULL", "MINI"), ApiError(-1139, "Invalid ticker type.")) != "MINI"


def _need_symbols(request: ApiRequest) -> None:
    if "symbol" not in request.params and "symbols" not in request.params:
        raise one_of("symbol", "symbols")


def rolling(request: ApiRequest) -> Json | list[Json]:
    """A window of any length that begins on a full minute."""
    _need_symbols(request)
    length = read_window(request.params.text("windowSize"))
    return answer_per_market(request, partial(_rolling, request=request, length_us=length, shape=_shape(request)))


def _rolling(market: SymbolMarket, request: ApiRequest, length_us: int, shape: Callable[..., Json]) -> Json:
    opened = (market.clock_us - length_us) // 60_000_000 * 60_000_000
    return shape(shapes.TickerWindow(market, length_us, opened), request.unit)


def _shape(request: ApiRequest) -> Callable[..., Json]:
    return shapes.full_ticker if read_full(request) else shapes.mini_ticker


def read_window(text: str | None) -> int:
    """A length such as `30m`, `4h` or `7d` in microseconds; raises ApiError -1130."""
    match = WINDOW.fullmatch(text or "1d")
    if match is None or not 1 <= int(match[1]) <= MOST[match[2]]:
        raise ApiError(-1130, "Data sent for parameter 'windowSize' is not valid.")
    return int(match[1]) * UNITS_US[match[2]]


def trading_day(request: ApiRequest) -> Json | list[Json]:
    """From midnight on, in a time zone."""
    _need_symbols(request)
    offset = read_zone(request.params.text("timeZone"))
    return answer_per_market(request, partial(_trading_day, request=request, offset_us=offset, shape=_shape(request)))


def _trading_day(market: SymbolMarket, request: ApiRequest, offset_us: int, shape: Callable[..., Json]) -> Json:
    opened = start_of("1d", market.clock_us, offset_us)
    window = shapes.TickerWindow(market, market.clock_us - opened, opened)
    window.close_us = opened + DAY_US - 1
    return shape(window, request.unit)
