"""Answers about markets (source: "Market data endpoints")."""

from decimal import Decimal
from typing import Any

from binance_sim.clock import TimeUnit
from binance_sim.market.candle import Candle
from binance_sim.market.public_trades import AggregateTrade, PublicTrade
from binance_sim.matching.books import BookSide
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.numbers import EXACT, ZERO, format_amount

Json = dict[str, Any]


def public_trade(trade: PublicTrade, unit: TimeUnit) -> Json:
    return {
        "id": trade.trade_id,
        "price": format_amount(trade.price),
        "qty": format_amount(trade.qty),
        "quoteQty": format_amount(trade.quote),
        "time": unit(trade.time),
        "isBuyerMaker": trade.buyer_is_maker,
        "isBestMatch": True,
    }


def aggregate(trade: AggregateTrade, unit: TimeUnit) -> Json:
    return {
        "a": trade.number,
        "p": format_amount(trade.price),
        "q": format_amount(trade.qty),
        "f": trade.first_id,
        "l": trade.last_id,
        "T": unit(trade.time),
        "m": trade.buyer_is_maker,
        "M": True,
    }


def levels(side: BookSide, limit: int) -> list[list[str]]:
    """Prices and quantities, the best price first."""
    found: list[list[str]] = []
    for level in side.from_best():
        if len(found) == limit:
            break
        found.append([format_amount(level.price), format_amount(level.total)])
    return found


def depth(market: SymbolMarket, limit: int) -> Json:
    book = market.book
    return {
        "lastUpdateId": book.changes.update_id,
        "bids": levels(book.bids, limit),
        "asks": levels(book.asks, limit),
    }


def price_ticker(market: SymbolMarket) -> Json:
    return {"symbol": market.name, "price": format_amount(market.last_price or ZERO)}


def book_ticker(market: SymbolMarket) -> Json:
    bid, bid_qty, ask, ask_qty = market.book.top()
    return {
        "symbol": market.name,
        "bidPrice": format_amount(bid),
        "bidQty": format_amount(bid_qty),
        "askPrice": format_amount(ask),
        "askQty": format_amount(ask_qty),
    }


def average_price(market: SymbolMarket, unit: TimeUnit) -> Json:
    last = market.history.last_ever
    price = market.history.average_price(market.clock_us) or market.last_price
    return {"mins": 5, "price": format_amount(price or ZERO), "closeTime": unit(last.time if last else market.clock_us)}


def candle_row(candle: Candle, close_us: int, unit: TimeUnit) -> list[Any]:
    return [
        unit(candle.start),
        format_amount(candle.open),
        format_amount(candle.high),
        format_amount(candle.low),
        format_amount(candle.close),
        format_amount(candle.volume),
        unit(close_us),
        format_amount(candle.quote),
        candle.count,
        format_amount(candle.taker_base),
        format_amount(candle.taker_quote),
        "0",
    ]


class TickerWindow:
    """The figures of a sliding window, all zero if nothing was traded. Times are in microseconds."""

    def __init__(self, market: SymbolMarket, length_us: int, open_us: int | None = None) -> None:
        now = market.clock_us
        self.market = market
        self.open_us = now - length_us if open_us is None else open_us
        self.close_us = now
        self.candle = market.history.candles.window(now, length_us)
        before = market.history.candles.last_before(now, length_us)
        self.last = market.last_price or ZERO
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


def mini_ticker(window: TickerWindow, unit: TimeUnit) -> Json:
    """A MINI answer."""
    return {"symbol": window.market.name} | _extremes(window) | _sums(window) | _bounds(window, unit)


def full_ticker(window: TickerWindow, unit: TimeUnit) -> Json:
    """A FULL answer of `ticker` and `ticker/tradingDay`."""
    return {"symbol": window.market.name} | _changes(window) | _extremes(window) | _sums(window) | _bounds(window, unit)


def day_ticker(window: TickerWindow, unit: TimeUnit) -> Json:
    """A FULL answer of `ticker/24hr`."""
    last, book = window.market.history.last_ever, book_ticker(window.market)
    now = {"lastPrice": format_amount(window.last), "lastQty": format_amount(last.qty if last else ZERO)}
    return {
        "symbol": window.market.name,
        **_changes(window),
        "prevClosePrice": format_amount(window.previous),
        **now,
        **{name: book[name] for name in ("bidPrice", "bidQty", "askPrice", "askQty")},
        **_extremes(window),
        **_sums(window),
        **_bounds(window, unit),
    }


def _changes(window: TickerWindow) -> Json:
    return {
        "priceChange": format_amount(window.change),
        "priceChangePercent": window.percent,
        "weightedAvgPrice": format_amount(window.average),
    }


def _extremes(window: TickerWindow) -> Json:
    candle = window.candle
    return {
        "openPrice": format_amount(window.open),
        "highPrice": format_amount(candle.high if candle else window.open),
        "lowPrice": format_amount(candle.low if candle else window.open),
        "lastPrice": format_amount(window.last),
    }


def _sums(window: TickerWindow) -> Json:
    candle = window.candle
    return {
        "volume": format_amount(candle.volume if candle else ZERO),
        "quoteVolume": format_amount(candle.quote if candle else ZERO),
    }


def _bounds(window: TickerWindow, unit: TimeUnit) -> Json:
    candle = window.candle
    return {
        "openTime": unit(window.open_us),
        "closeTime": unit(window.close_us),
        "firstId": candle.first_id if candle else -1,
        "lastId": candle.last_id if candle else -1,
        "count": candle.count if candle else 0,
    }
