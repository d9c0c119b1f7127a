"""The volume-weighted price of the last minutes (source: avgPrice, and the filters that use it)."""

from collections import deque
from decimal import Decimal

from binance_sim.market.candle import Candle
from binance_sim.market.public_trades import PublicTrade
from binance_sim.numbers import EXACT, ZERO

MINUTES = 5
SECOND_US = 1_000_000


class AveragePrice:
    """The average of the last five minutes, in buckets of a second. Without a trade in it, the last trade counts."""

    def __init__(self) -> None:
        self._buckets: deque[tuple[int, Decimal, Decimal]] = deque()
        self._qty = self._quote = ZERO

    def add(self, trade: PublicTrade) -> None:
        second = trade.time // SECOND_US
        if self._buckets and self._buckets[-1][0] == second:
            _, qty, quote = self._buckets.pop()
            self._buckets.append((second, qty + trade.qty, quote + trade.quote))
        else:
            self._buckets.append((second, trade.qty, trade.quote))
        self._qty += trade.qty
        self._quote += trade.quote
        self._forget(second)

    def _forget(self, second: int) -> None:
        while len(self._buckets) > 1 and self._buckets[0][0] <= second - MINUTES * 60:
            _, qty, quote = self._buckets.popleft()
            self._qty -= qty
            self._quote -= quote

    def price(self, now_us: int, before: Candle | None = None) -> Decimal | None:
        """The current average, None if nothing was traded yet. `before` has the trades of before the start."""
        self._forget(now_us // SECOND_US)
        qty, quote = self._qty, self._quote
        if before is not None:
            qty, quote = qty + before.volume, quote + before.quote
        return EXACT.divide(quote, qty) if qty else None


def first_second_us(now_us: int) -> int:
    """The start of the oldest second that the average at this time includes."""
    return (now_us // SECOND_US - MINUTES * 60 + 1) * SECOND_US
