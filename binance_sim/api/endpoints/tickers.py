"""Tickers of one pair, several or all (source: "Market data endpoints")."""

import re
from collections.abc import Callable
from functools import partial

from binance_sim.api.call import Call, Json
from binance_sim.api.endpoints.general import each_desk
from binance_sim.api.endpoints.markets import read_zone
from binance_sim.api.shapes import markets as shapes
from binance_sim.errors import ApiError, one_of
from binance_sim.market.intervals import DAY_US, start_of
from binance_sim.matching.desks import Desk

WINDOW = re.compile(r"(\d{1,2})([mhd])")
UNITS_US = {"m": 60_000_000, "h": 3_600_000_000, "d": DAY_US}
MOST = {"m": 59, "h": 23, "d": 7}


def price(call: Call) -> Json | list[Json]:
    return each_desk(call, shapes.price_ticker)


def book(call: Call) -> Json | list[Json]:
    return each_desk(call, shapes.book_ticker)


def day(call: Call) -> Json | list[Json]:
    shape = shapes.day_ticker if read_full(call) else shapes.mini_ticker
    return each_desk(call, lambda desk: shape(shapes.Window(desk, DAY_US), call.unit))


def read_full(call: Call) -> bool:
    return call.params.choice("type", ("FULL", "MINI"), ApiError(-1139, "Invalid ticker type.")) != "MINI"


def _need_symbols(call: Call) -> None:
    if "symbol" not in call.params and "symbols" not in call.params:
        raise one_of("symbol", "symbols")


def rolling(call: Call) -> Json | list[Json]:
    """A window of any length; it begins on a minute."""
    _need_symbols(call)
    length = read_window(call.params.text("windowSize"))
    return each_desk(call, partial(_rolling, call=call, length_us=length, shape=_shape(call)))


def _rolling(desk: Desk, call: Call, length_us: int, shape: Callable[..., Json]) -> Json:
    opened = (desk.clock_us - length_us) // 60_000_000 * 60_000_000
    return shape(shapes.Window(desk, length_us, opened), call.unit)


def _shape(call: Call) -> Callable[..., Json]:
    return shapes.full_ticker if read_full(call) else shapes.mini_ticker


def read_window(text: str | None) -> int:
    """A length such as `30m`, `4h` or `7d` in microseconds; raises ApiError -1130."""
    match = WINDOW.fullmatch(text or "1d")
    if match is None or not 1 <= int(match[1]) <= MOST[match[2]]:
        raise ApiError(-1130, "Data sent for parameter 'windowSize' is not valid.")
    return int(match[1]) * UNITS_US[match[2]]


def trading_day(call: Call) -> Json | list[Json]:
    """From midnight on, in a zone."""
    _need_symbols(call)
    offset = read_zone(call.params.text("timeZone"))
    return each_desk(call, partial(_trading_day, call=call, offset_us=offset, shape=_shape(call)))


def _trading_day(desk: Desk, call: Call, offset_us: int, shape: Callable[..., Json]) -> Json:
    opened = start_of("1d", desk.clock_us, offset_us)
    window = shapes.Window(desk, desk.clock_us - opened, opened)
    window.close_us = opened + DAY_US - 1
    return shape(window, call.unit)
