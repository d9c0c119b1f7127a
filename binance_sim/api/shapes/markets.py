"""Answers about markets (source: "Market data endpoints")."""

from decimal import Decimal
from typing import Any

from binance_sim.clock import TimeUnit
from binance_sim.market.candles import Candle
from binance_sim.market.prints import Aggregate, Print
from binance_sim.matching.books import BookSide
from binance_sim.matching.desks import Desk
from binance_sim.numbers import EXACT, ZERO, wire

Json = dict[str, Any]


def public_trade(trade: Print, unit: TimeUnit) -> Json:
    return {
        "id": trade.trade_id,
        "price": wire(trade.price),
        "qty": wire(trade.qty),
        "quoteQty": wire(trade.quote),
        "time": unit(trade.time),
        "isBuyerMaker": trade.buyer_is_maker,
        "isBestMatch": True,
    }


def aggregate(trade: Aggregate, unit: TimeUnit) -> Json:
    return {
        "a": trade.number,
        "p": wire(trade.price),
        "q": wire(trade.qty),
        "f": trade.first_id,
        "l": trade.last_id,
        "T": unit(trade.time),
        "m": trade.buyer_is_maker,
        "M": True,
    }


def levels(side: BookSide, limit: int) -> list[list[str]]:
    """Prices and quantities from the best one on."""
    found: list[list[str]] = []
    for level in side.from_best():
        if len(found) == limit:
            break
        found.append([wire(level.price), wire(level.total)])
    return found


def depth(desk: Desk, limit: int) -> Json:
    book = desk.book
    return {
        "lastUpdateId": book.changes.update_id,
        "bids": levels(book.bids, limit),
        "asks": levels(book.asks, limit),
    }


def price_ticker(desk: Desk) -> Json:
    return {"symbol": desk.name, "price": wire(desk.last_price or ZERO)}


def book_ticker(desk: Desk) -> Json:
    bid, bid_qty, ask, ask_qty = desk.book.top()
    return {
        "symbol": desk.name,
        "bidPrice": wire(bid),
        "bidQty": wire(bid_qty),
        "askPrice": wire(ask),
        "askQty": wire(ask_qty),
    }


def average_price(desk: Desk, unit: TimeUnit) -> Json:
    last = desk.market.last
    price = desk.market.average.price(desk.clock_us) or desk.last_price
    return {"mins": 5, "price": wire(price or ZERO), "closeTime": unit(last.time if last else desk.clock_us)}


def candle_row(candle: Candle, close_us: int, unit: TimeUnit) -> list[Any]:
    return [
        unit(candle.start),
        wire(candle.open),
        wire(candle.high),
        wire(candle.low),
        wire(candle.close),
        wire(candle.volume),
        unit(close_us),
        wire(candle.quote),
        candle.count,
        wire(candle.taker_base),
        wire(candle.taker_quote),
        "0",
    ]


class Window:
    """A sliding window's figures, all zero where nothing was traded. Times are in microseconds."""

    def __init__(self, desk: Desk, length_us: int, open_us: int | None = None) -> None:
        now = desk.clock_us
        self.desk = desk
        self.open_us = now - length_us if open_us is None else open_us
        self.close_us = now
        self.candle = desk.market.candles.window(now, length_us)
        before = desk.market.candles.before(now, length_us)
        self.last = desk.last_price or ZERO
        self.open = self.candle.open if self.candle else self.last
        self.previous = before.close if before else self.open

    @property
    def change(self) -> Decimal:
        return self.last - self.open

    @property
    def percent(self) -> str:
        return f"{self.change * 100 / self.open if self.open else ZERO:.3f}"

    @property
    def average(self) -> Decimal:
        candle = self.candle
        return EXACT.divide(candle.quote, candle.volume) if candle and candle.volume else ZERO


def mini_ticker(window: Window, unit: TimeUnit) -> Json:
    """A MINI answer."""
    return {"symbol": window.desk.name} | _extremes(window) | _sums(window) | _bounds(window, unit)


def full_ticker(window: Window, unit: TimeUnit) -> Json:
    """A FULL answer of `ticker` and `ticker/tradingDay`."""
    return {"symbol": window.desk.name} | _changes(window) | _extremes(window) | _sums(window) | _bounds(window, unit)


def day_ticker(window: Window, unit: TimeUnit) -> Json:
    """A FULL answer of `ticker/24hr`."""
    last, book = window.desk.market.last, book_ticker(window.desk)
    now = {"lastPrice": wire(window.last), "lastQty": wire(last.qty if last else ZERO)}
    return {
        "symbol": window.desk.name,
        **_changes(window),
        "prevClosePrice": wire(window.previous),
        **now,
        **{name: book[name] for name in ("bidPrice", "bidQty", "askPrice", "askQty")},
        **_extremes(window),
        **_sums(window),
        **_bounds(window, unit),
    }


def _changes(window: Window) -> Json:
    return {
        "priceChange": wire(window.change),
        "priceChangePercent": window.percent,
        "weightedAvgPrice": wire(window.average),
    }


def _extremes(window: Window) -> Json:
    candle = window.candle
    return {
        "openPrice": wire(window.open),
        "highPrice": wire(candle.high if candle else window.open),
        "lowPrice": wire(candle.low if candle else window.open),
        "lastPrice": wire(window.last),
    }


def _sums(window: Window) -> Json:
    candle = window.candle
    return {"volume": wire(candle.volume if candle else ZERO), "quoteVolume": wire(candle.quote if candle else ZERO)}


def _bounds(window: Window, unit: TimeUnit) -> Json:
    candle = window.candle
    return {
        "openTime": unit(window.open_us),
        "closeTime": unit(window.close_us),
        "firstId": candle.first_id if candle else -1,
        "lastId": candle.last_id if candle else -1,
        "count": candle.count if candle else 0,
    }
