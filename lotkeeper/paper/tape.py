"""The public tape: each price first moves the account's orders, then goes out to whoever listens."""

from decimal import Decimal
from typing import Any

import orjson

from lotkeeper.paper.exchange import Exchange
from lotkeeper.paper.markets import Market, Print, Quote
from lotkeeper.paper.numbers import quote_amount, wire
from lotkeeper.paper.shapes import day_ticker
from lotkeeper.paper.streams import Streams
from lotkeeper.trading.money import ZERO

Json = dict[str, Any]
ALL_MINI = ("!miniTicker@arr", "!miniTicker@arr@1000ms")


def book_payload(symbol: str, quote: Quote) -> Json:
    return {
        "u": quote.update_id,
        "s": symbol,
        "b": wire(quote.bid),
        "B": wire(quote.bid_qty),
        "a": wire(quote.ask),
        "A": wire(quote.ask_qty),
    }


def trade_payload(symbol: str, trade: Print, now: int) -> Json:
    return {
        "e": "trade",
        "E": now,
        "s": symbol,
        "t": trade.trade_id,
        "p": wire(trade.price),
        "q": wire(trade.qty),
        "T": trade.time,
        "m": trade.buyer_is_maker,
        "M": True,
    }


def mini_payload(market: Market, now: int) -> Json:
    day = market.day
    return {
        "e": "24hrMiniTicker",
        "E": now,
        "s": market.rules.name,
        "c": wire(market.last_price or ZERO),
        "o": wire(day.open),
        "h": wire(day.high),
        "l": wire(day.low),
        "v": wire(day.volume),
        "q": wire(day.quote_volume),
    }


# the stream's short names for the fields of GET ticker/24hr
TICKER_NAMES = {
    "p": "priceChange",
    "P": "priceChangePercent",
    "w": "weightedAvgPrice",
    "x": "prevClosePrice",
    "c": "lastPrice",
    "Q": "lastQty",
    "b": "bidPrice",
    "B": "bidQty",
    "a": "askPrice",
    "A": "askQty",
    "o": "openPrice",
    "h": "highPrice",
    "l": "lowPrice",
    "v": "volume",
    "q": "quoteVolume",
    "O": "openTime",
    "C": "closeTime",
    "F": "firstId",
    "L": "lastId",
    "n": "count",
}


def ticker_payload(market: Market, now: int) -> Json:
    figures = day_ticker(market, now)
    names = {short: figures[long] for short, long in TICKER_NAMES.items()}
    return {"e": "24hrTicker", "E": now, "s": market.rules.name, **names}


class Tape:
    """Where price sources write to."""

    def __init__(self, exchange: Exchange, streams: Streams) -> None:
        self._exchange = exchange
        self._streams = streams
        self.replayed: set[str] = set()
        exchange.on_print = self._own_trade

    def quote(self, symbol: str, quote: Quote, now_s: float) -> None:
        """A new top of the book."""
        self._exchange.quote(symbol, quote)
        self._exchange.desks[symbol].market.quoted_at = now_s
        name = symbol.lower() + "@bookTicker"
        if self._streams.wanted(name):
            self._streams.publish(name, orjson.dumps(book_payload(symbol, quote)))

    def trade(self, symbol: str, price: Decimal, qty: Decimal, buyer_is_maker: bool) -> None:
        """Someone else's trade."""
        market, now = self._exchange.desks[symbol].market, self._exchange.clock.ms()
        trade = Print(market.take_trade_id(), price, qty, quote_amount(price, qty), now, buyer_is_maker)
        self._exchange.printed(symbol, trade)
        self._send_trade(symbol, trade)

    def _own_trade(self, symbol: str, trade: Print) -> None:
        if symbol not in self.replayed:
            self._send_trade(symbol, trade)

    def _send_trade(self, symbol: str, trade: Print) -> None:
        name = symbol.lower() + "@trade"
        if self._streams.wanted(name):
            payload = trade_payload(symbol, trade, self._exchange.clock.ms())
            self._streams.publish(name, orjson.dumps(payload))

    def recorded(self, name: str, payload: bytes) -> None:
        """A frame of a capture, byte for byte."""
        self._streams.publish(name, payload)

    def every_second(self, now_s: float) -> None:
        """Send the tickers of the pairs that changed; show a standing quote again to the orders it reaches."""
        now, minis = self._exchange.clock.ms(), []
        for desk in self._exchange.desks.values():
            if now_s - desk.market.quoted_at >= 1:
                self._exchange.match_quote(desk)
            if desk.market.changed:
                desk.market.changed = False
                minis.append(self._tickers(desk.market, now))
        if minis:
            for name in ALL_MINI:
                self._streams.publish(name, b"[%b]" % b",".join(minis))

    def _tickers(self, market: Market, now: int) -> bytes:
        symbol, mini = market.rules.name.lower(), orjson.dumps(mini_payload(market, now))
        self._streams.publish(symbol + "@miniTicker", mini)
        if self._streams.wanted(symbol + "@ticker"):
            self._streams.publish(symbol + "@ticker", orjson.dumps(ticker_payload(market, now)))
        return mini
