"""One candle."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from binance_sim.market.public_trades import PublicTrade


@dataclass(slots=True)
class Candle:
    """The trades from `start` (microseconds) on. `taker_base` and `taker_quote` are what takers bought."""

    start: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    quote: Decimal
    taker_base: Decimal
    taker_quote: Decimal
    count: int
    first_id: int
    last_id: int

    def add(self, trade: PublicTrade) -> None:
        price = trade.price
        if price > self.high:
            self.high = price
        elif price < self.low:
            self.low = price
        self.close = price
        self.volume += trade.qty
        self.quote += trade.quote
        self.count += 1
        self.last_id = trade.trade_id
        if not trade.buyer_is_maker:
            self.taker_base += trade.qty
            self.taker_quote += trade.quote

    def join(self, later: "Candle") -> None:
        """Add a later candle to this one."""
        self.high, self.low = max(self.high, later.high), min(self.low, later.low)
        self.close, self.last_id = later.close, later.last_id
        self.volume += later.volume
        self.quote += later.quote
        self.taker_base += later.taker_base
        self.taker_quote += later.taker_quote
        self.count += later.count


def first_candle(start: int, trade: PublicTrade) -> Candle:
    """The candle of one trade."""
    price, zero = trade.price, trade.qty - trade.qty
    taken = (zero, zero) if trade.buyer_is_maker else (trade.qty, trade.quote)
    number = trade.trade_id
    return Candle(start, price, price, price, price, trade.qty, trade.quote, *taken, 1, number, number)


def join_candles(candles: Iterable[Candle]) -> Candle | None:
    """One candle from all of them, None without candles."""
    whole: Candle | None = None
    for each in candles:
        if whole is None:
            whole = replace(each)
        else:
            whole.join(each)
    return whole
