"""What each stream sends (source: "Detailed Stream information")."""

from typing import Any

from binance_sim.api.shapes.markets import Window, average_price, levels
from binance_sim.clock import TimeUnit
from binance_sim.market.candles import Candle
from binance_sim.market.intervals import DAY_US, HOUR_US
from binance_sim.market.prints import Aggregate, Print
from binance_sim.matching.desks import Desk
from binance_sim.numbers import ZERO, wire

Json = dict[str, Any]
WINDOWS_US = {"1h": HOUR_US, "4h": 4 * HOUR_US, "1d": DAY_US}


def book_ticker(desk: Desk) -> Json:
    bid, bid_qty, ask, ask_qty = desk.book.top()
    return {
        "u": desk.book.changes.update_id,
        "s": desk.name,
        "b": wire(bid),
        "B": wire(bid_qty),
        "a": wire(ask),
        "A": wire(ask_qty),
    }


def trade(desk: Desk, each: Print, unit: TimeUnit) -> Json:
    return {
        "e": "trade",
        "E": unit(desk.clock_us),
        "s": desk.name,
        "t": each.trade_id,
        "p": wire(each.price),
        "q": wire(each.qty),
        "T": unit(each.time),
        "m": each.buyer_is_maker,
        "M": True,
    }


def aggregate(desk: Desk, each: Aggregate, unit: TimeUnit) -> Json:
    return {
        "e": "aggTrade",
        "E": unit(desk.clock_us),
        "s": desk.name,
        "a": each.number,
        "p": wire(each.price),
        "q": wire(each.qty),
        "f": each.first_id,
        "l": each.last_id,
        "T": unit(each.time),
        "m": each.buyer_is_maker,
        "M": True,
    }


def mini_ticker(desk: Desk, unit: TimeUnit) -> Json:
    window = Window(desk, DAY_US)
    return {
        "e": "24hrMiniTicker",
        "E": unit(desk.clock_us),
        "s": desk.name,
        "c": wire(window.last),
        **_extremes(window),
        **_sums(window),
    }


def ticker(desk: Desk, unit: TimeUnit) -> Json:
    """24 hours, with the book."""
    window, last = Window(desk, DAY_US), desk.market.last
    bid, bid_qty, ask, ask_qty = map(wire, desk.book.top())
    return {
        "e": "24hrTicker",
        "E": unit(desk.clock_us),
        "s": desk.name,
        "p": wire(window.change),
        "P": window.percent,
        "w": wire(window.average),
        "x": wire(window.previous),
        "c": wire(window.last),
        "Q": wire(last.qty if last else ZERO),
        "b": bid,
        "B": bid_qty,
        "a": ask,
        "A": ask_qty,
        **_extremes(window),
        **_sums(window),
        **_bounds(window, unit),
    }


def window_ticker(desk: Desk, size: str, unit: TimeUnit) -> Json:
    """An hour, four or a day; the window begins on a minute."""
    length = WINDOWS_US[size]
    window = Window(desk, length, (desk.clock_us - length) // 60_000_000 * 60_000_000)
    return {
        "e": f"{size}Ticker",
        "E": unit(desk.clock_us),
        "s": desk.name,
        "p": wire(window.change),
        "P": window.percent,
        **_extremes(window),
        "c": wire(window.last),
        "w": wire(window.average),
        **_sums(window),
        **_bounds(window, unit),
    }


def _extremes(window: Window) -> Json:
    candle = window.candle
    return {
        "o": wire(window.open),
        "h": wire(candle.high if candle else window.open),
        "l": wire(candle.low if candle else window.open),
    }


def _sums(window: Window) -> Json:
    candle = window.candle
    return {"v": wire(candle.volume if candle else ZERO), "q": wire(candle.quote if candle else ZERO)}


def _bounds(window: Window, unit: TimeUnit) -> Json:
    candle = window.candle
    return {
        "O": unit(window.open_us),
        "C": unit(window.close_us),
        "F": candle.first_id if candle else -1,
        "L": candle.last_id if candle else -1,
        "n": candle.count if candle else 0,
    }


def kline(desk: Desk, interval: str, candle: Candle, close_us: int, *, closed: bool, unit: TimeUnit) -> Json:
    """The running candle of an interval, or one that has just closed."""
    return {
        "e": "kline",
        "E": unit(desk.clock_us),
        "s": desk.name,
        "k": {
            "t": unit(candle.start),
            "T": unit(close_us),
            "s": desk.name,
            "i": interval,
            "f": candle.first_id,
            "L": candle.last_id,
            "o": wire(candle.open),
            "c": wire(candle.close),
            "h": wire(candle.high),
            "l": wire(candle.low),
            "v": wire(candle.volume),
            "n": candle.count,
            "x": closed,
            "q": wire(candle.quote),
            "V": wire(candle.taker_base),
            "Q": wire(candle.taker_quote),
            "B": "0",
        },
    }


def average(desk: Desk, unit: TimeUnit) -> Json:
    found = average_price(desk, unit)
    return {
        "e": "avgPrice",
        "E": unit(desk.clock_us),
        "s": desk.name,
        "i": f"{found['mins']}m",
        "w": found["price"],
        "T": found["closeTime"],
    }


def partial_depth(desk: Desk, count: int) -> Json:
    book = desk.book
    return {
        "lastUpdateId": book.changes.update_id,
        "bids": levels(book.bids, count),
        "asks": levels(book.asks, count),
    }


def reference_price(desk: Desk, unit: TimeUnit) -> Json:
    price = desk.market.reference_price
    return {
        "e": "referencePrice",
        "s": desk.name,
        "r": None if price is None else wire(price),
        "t": unit(desk.market.reference_us),
    }
