"""The payloads of the streams (source: "Detailed Stream information")."""

from typing import Any

from binance_sim.api.shapes.markets import TickerWindow, average_price, levels
from binance_sim.clock import TimeUnit
from binance_sim.market.candle import Candle
from binance_sim.market.intervals import DAY_US, HOUR_US
from binance_sim.market.public_trades import AggregateTrade, PublicTrade
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.numbers import ZERO, format_amount

Json = dict[str, Any]
WINDOWS_US = {"1h": HOUR_US, "4h": 4 * HOUR_US, "1d": DAY_US}


def book_ticker(market: SymbolMarket) -> Json:
    bid, bid_qty, ask, ask_qty = market.book.top()
    return {
        "u": market.book.changes.update_id,
        "s": market.name,
        "b": format_amount(bid),
        "B": format_amount(bid_qty),
        "a": format_amount(ask),
        "A": format_amount(ask_qty),
    }


def trade(market: SymbolMarket, each: PublicTrade, unit: TimeUnit) -> Json:
    return {
        "e": "trade",
        "E": unit(market.clock_us),
        "s": market.name,
        "t": each.trade_id,
        "p": format_amount(each.price),
        "q": format_amount(each.qty),
        "T": unit(each.time),
        "m": each.buyer_is_maker,
        "M": True,
    }


def aggregate(market: SymbolMarket, each: AggregateTrade, unit: TimeUnit) -> Json:
    return {
        "e": "aggTrade",
        "E": unit(market.clock_us),
        "s": market.name,
        "a": each.number,
        "p": format_amount(each.price),
        "q": format_amount(each.qty),
        "f": each.first_id,
        "l": each.last_id,
        "T": unit(each.time),
        "m": each.buyer_is_maker,
        "M": True,
    }


def mini_ticker(market: SymbolMarket, unit: TimeUnit) -> Json:
    window = TickerWindow(market, DAY_US)
    return {
        "e": "24hrMiniTicker",
        "E": unit(market.clock_us),
        "s": market.name,
        "c": format_amount(window.last),
        **_extremes(window),
        **_sums(window),
    }


def ticker(market: SymbolMarket, unit: TimeUnit) -> Json:
    """The figures of 24 hours and the best prices."""
    window, last = TickerWindow(market, DAY_US), market.history.last_ever
    bid, bid_qty, ask, ask_qty = map(format_amount, market.book.top())
    return {
        "e": "24hrTicker",
        "E": unit(market.clock_us),
        "s": market.name,
        "p": format_amount(window.change),
        "P": window.percent,
        "w": format_amount(window.average),
        "x": format_amount(window.previous),
        "c": format_amount(window.last),
        "Q": format_amount(last.qty if last else ZERO),
        "b": bid,
        "B": bid_qty,
        "a": ask,
        "A": ask_qty,
        **_extremes(window),
        **_sums(window),
        **_bounds(window, unit),
    }


def window_ticker(market: SymbolMarket, size: str, unit: TimeUnit) -> Json:
    """A window of one hour, four hours or a day that begins on a full minute."""
    length = WINDOWS_US[size]
    window = TickerWindow(market, length, (market.clock_us - length) // 60_000_000 * 60_000_000)
    return {
        "e": f"{size}Ticker",
        "E": unit(market.clock_us),
        "s": market.name,
        "p": format_amount(window.change),
        "P": window.percent,
        **_extremes(window),
        "c": format_amount(window.last),
        "w": format_amount(window.average),
        **_sums(window),
        **_bounds(window, unit),
    }


def _extremes(window: TickerWindow) -> Json:
    candle = window.candle
    return {
        "o": format_amount(window.open),
        "h": format_amount(candle.high if candle else window.open),
        "l": format_amount(candle.low if candle else window.open),
    }


def _sums(window: TickerWindow) -> Json:
    candle = window.candle
    return {"v": format_amount(candle.volume if candle else ZERO), "q": format_amount(candle.quote if candle else ZERO)}


def _bounds(window: TickerWindow, unit: TimeUnit) -> Json:
    candle = window.candle
    return {
        "O": unit(window.open_us),
        "C": unit(window.close_us),
        "F": candle.first_id if candle else -1,
        "L": candle.last_id if candle else -1,
        "n": candle.count if candle else 0,
    }


def kline(market: SymbolMarket, interval: str, candle: Candle, close_us: int, *, closed: bool, unit: TimeUnit) -> Json:
    """The current candle of an interval, or one that has just closed."""
    return {
        "e": "kline",
        "E": unit(market.clock_us),
        "s": market.name,
        "k": {
            "t": unit(candle.start),
            "T": unit(close_us),
            "s": market.name,
            "i": interval,
            "f": candle.first_id,
            "L": candle.last_id,
            "o": format_amount(candle.open),
            "c": format_amount(candle.close),
            "h": format_amount(candle.high),
            "l": format_amount(candle.low),
            "v": format_amount(candle.volume),
            "n": candle.count,
            "x": closed,
            "q": format_amount(candle.quote),
            "V": format_amount(candle.taker_base),
            "Q": format_amount(candle.taker_quote),
            "B": "0",
        },
    }


def average(market: SymbolMarket, unit: TimeUnit) -> Json:
    found = average_price(market, unit)
    return {
        "e": "avgPrice",
        "E": unit(market.clock_us),
        "s": market.name,
        "i": f"{found['mins']}m",
        "w": found["price"],
        "T": found["closeTime"],
    }


def partial_depth(market: SymbolMarket, count: int) -> Json:
    book = market.book
    return {
        "lastUpdateId": book.changes.update_id,
        "bids": levels(book.bids, count),
        "asks": levels(book.asks, count),
    }


def reference_price(market: SymbolMarket, unit: TimeUnit) -> Json:
    price = market.history.reference_price
    return {
        "e": "referencePrice",
        "s": market.name,
        "r": None if price is None else format_amount(price),
        "t": unit(market.history.reference_us),
    }
