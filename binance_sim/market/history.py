"""A pair's past: its trades, averages and candles."""

from decimal import Decimal

from binance_sim.market.average import AveragePrice
from binance_sim.market.candles import Candles
from binance_sim.market.public_trades import AggregateTrade, PublicTrade, TradeTape


class MarketHistory:
    """Records trades and provides their figures. Only a fault sets `reference_price`: most pairs have none."""

    def __init__(self) -> None:
        self.public_trades = TradeTape()
        self.average = AveragePrice()
        self.candles = Candles()
        self.changed = False
        self.has_reference = False
        self.reference_price: Decimal | None = None
        self.reference_us = 0

    @property
    def last(self) -> PublicTrade | None:
        return self.public_trades.last

    def record(self, public_trades: list[PublicTrade]) -> list[AggregateTrade]:
        """Record the trades of one taker, in order; returns their aggregate trades."""
        for each in public_trades:
            self.average.add(each)
            self.candles.add(each)
        self.changed = True
        return self.public_trades.add(public_trades)

    def reference(self, now_us: int) -> Decimal | None:
        """The price that filters compare with: the reference price, else the average of five minutes."""
        if self.reference_price is not None:
            return self.reference_price
        return self.average.price(now_us)
