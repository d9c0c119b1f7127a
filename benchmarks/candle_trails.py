"""SELLs that follow the price, on candles: when each is sold, and at which price.

A candle stands for a walk from its open over its low and its high to its close, or over its high first where the close
is below the open. Between two of these prices there is a trade at each price; between two candles there may be none.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from lotkeeper.trading.money import Ratio, less, product, ratio_floor_to
from lotkeeper.trading.orders.order import SellOrder

_BIPS = Decimal(10_000)


class Candle(NamedTuple):
    at_ms: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal

    @property
    def walk(self) -> tuple[Decimal, ...]:
        middle = (self.low, self.high) if self.close >= self.open else (self.high, self.low)
        return (self.open, *middle, self.close)


@dataclass
class CandleTrails:
    """The highest price that each SELL has seen since it follows, by order id."""

    tick: Decimal
    _highs: dict[int, Decimal] = field(default_factory=dict)
    _working: set[int] = field(default_factory=set)  # have begun to work, and are LIMIT orders since then

    def price_in(self, order: SellOrder, candle: Candle) -> Decimal | None:
        """At which price (quote) the SELL is sold in this candle; None if it is not."""
        assert order.trail is not None
        assert order.order_id is not None
        is_first = True
        for price in candle.walk:
            if order.order_id in self._working:
                if price > order.price:
                    return order.price if not is_first else price
            elif (found := self._followed(order, price, is_gap=is_first)) is not None:
                return found
            is_first = False
        return None

    def _followed(self, order: SellOrder, price: Decimal, *, is_gap: bool) -> Decimal | None:
        """After a walk, or with a gap, to this price."""
        trail, number = order.trail, order.order_id
        assert trail is not None
        assert number is not None
        high = self._highs.get(number)
        if high is None and trail.stop_price is not None and price < trail.stop_price:
            return None
        self._highs[number] = max(high or price, price)
        left = Ratio(product(self._highs[number], less(_BIPS, Decimal(trail.delta))), _BIPS)
        trigger = ratio_floor_to(left, self.tick)
        if price > trigger:
            return None
        self._working.add(number)
        pays = price if is_gap else trigger
        return pays if pays >= order.price else None
