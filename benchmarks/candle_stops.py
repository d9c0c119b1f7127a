"""Stops on candles: one sells where a candle first trades at its trigger or below, at its limit or above.

The exchange takes five of them, and refuses one that the price has passed.
"""

from decimal import Decimal

from benchmarks.candle_trails import Candle
from lotkeeper.trading.orders.order import SellOrder


def price_of_stop(order: SellOrder, candle: Candle) -> Decimal | None:
    """At which price its stop sells in this candle; None if it is not triggered, or the price is below its limit."""
    prices = order.stop.prices if order.stop else None
    if prices is None or candle.low > prices.trigger or candle.high < prices.limit:
        return None
    return max(prices.limit, min(candle.open, prices.trigger))
