"""A pair's past: its trades, averages and candles."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import chain, islice, takewhile
from typing import TypeVar

from binance_sim.market.average import AveragePrice, first_second_us
from binance_sim.market.candles import Candles
from binance_sim.market.public_trades import AggregateTrade, PublicTrade, TradeTape, alone
from binance_sim.past.past import Past

TradeT = TypeVar("TradeT", PublicTrade, AggregateTrade)


class MarketHistory:
    """Records trades and provides their figures. Only a fault sets `reference_price`: most pairs have none."""

    def __init__(self) -> None:
        self.public_trades = TradeTape()
        self._average = AveragePrice()
        self.candles = Candles()
        self.changed = False
        self.has_reference = False
        self.reference_price: Decimal | None = None
        self.reference_us = 0

    @property
    def past(self) -> Past | None:
        """What was traded before the start, None for a pair whose trades begin with it."""
        return self.candles.past

    def follow(self, past: Past) -> None:
        """Continue a past; call it before the first trade."""
        self.candles.follow(past)
        self.public_trades.continue_from(past.last_id)

    def wipe_trades(self) -> None:
        """Trades continue the past again. The candles since the start stay: there is no hole in them."""
        if self.past is not None:
            self.public_trades = TradeTape()
            self.public_trades.continue_from(self.past.last_id)

    @property
    def last(self) -> PublicTrade | None:
        """The last trade since the start."""
        return self.public_trades.last

    @property
    def last_ever(self) -> PublicTrade | None:
        """The last trade, also from before the start."""
        return self.last or next(self._past_back(None), None)

    def record(self, public_trades: list[PublicTrade]) -> list[AggregateTrade]:
        """Record the trades of one taker, in order; returns their aggregate trades."""
        for each in public_trades:
            self._average.add(each)
            self.candles.add(each)
        self.changed = True
        return self.public_trades.add(public_trades)

    def reference(self, now_us: int) -> Decimal | None:
        """The price that filters compare with: the reference price, else the average of five minutes."""
        if self.reference_price is not None:
            return self.reference_price
        return self.average_price(now_us)

    def average_price(self, now_us: int) -> Decimal | None:
        """The average of the last five minutes, which may reach into the past; None if nothing was traded in it."""
        first = first_second_us(now_us)
        before = self.candles.before(first, now_us) if first < self.candles.past_until_us else None
        return self._average.price(now_us, before)

    # Queries, also into the past

    def newest_trades(self, limit: int) -> list[PublicTrade]:
        return _in_order(chain(reversed(self.public_trades.trades), self._past_back(None)), limit)

    def trades_from(self, first_id: int, limit: int) -> list[PublicTrade]:
        since_start = (trade for trade in self.public_trades.trades if trade.trade_id >= first_id)
        return list(islice(chain(self._past_from_id(first_id), since_start), limit))

    def newest_aggregates(self, until_us: int | None, limit: int) -> list[AggregateTrade]:
        since_start = (
            trade for trade in reversed(self.public_trades.aggregates) if until_us is None or trade.time <= until_us
        )
        return _in_order(chain(since_start, map(alone, self._past_back(until_us))), limit)

    def aggregates_from(self, first: int, limit: int) -> list[AggregateTrade]:
        since_start = (trade for trade in self.public_trades.aggregates if trade.number >= first)
        return list(islice(chain(map(alone, self._past_from_id(first)), since_start), limit))

    def aggregates_since(self, since_us: int, until_us: int | None, limit: int) -> list[AggregateTrade]:
        past = self._past_since(since_us)
        if until_us is not None:
            past = takewhile(lambda trade: trade.time <= until_us, past)
        since_start = (
            trade
            for trade in self.public_trades.aggregates
            if trade.time >= since_us and (until_us is None or trade.time <= until_us)
        )
        return list(islice(chain(map(alone, past), since_start), limit))

    def _past_back(self, until_us: int | None) -> Iterator[PublicTrade]:
        if self.past is None:
            return iter(())
        end = self.candles.past_until_us - 1
        return self.past.trades_back(end if until_us is None else min(until_us, end))

    def _past_from_id(self, first_id: int) -> Iterator[PublicTrade]:
        if self.past is None or first_id > self.past.last_id:
            return iter(())
        return self._before_end(self.past.trades_from_id(first_id))

    def _past_since(self, since_us: int) -> Iterator[PublicTrade]:
        return iter(()) if self.past is None else self._before_end(self.past.trades_from(since_us))

    def _before_end(self, found: Iterator[PublicTrade]) -> Iterator[PublicTrade]:
        return takewhile(lambda trade: trade.time < self.candles.past_until_us, found)


def _in_order(newest_first: Iterator[TradeT], limit: int) -> list[TradeT]:
    return list(islice(newest_first, limit))[::-1]
