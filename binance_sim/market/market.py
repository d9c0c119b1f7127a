"""All that is known of a pair's past: its trades, averages and candles."""

from decimal import Decimal

from binance_sim.market.average import Average
from binance_sim.market.candles import Candles
from binance_sim.market.prints import Aggregate, Print, Prints


class Market:
    """Trades go in, figures come out. `reference_price` is set by a fault only: most pairs have none."""

    def __init__(self) -> None:
        self.prints = Prints()
        self.average = Average()
        self.candles = Candles()
        self.changed = False
        self.has_reference = False
        self.reference_price: Decimal | None = None
        self.reference_us = 0

    @property
    def last(self) -> Print | None:
        return self.prints.last

    def record(self, prints: list[Print]) -> list[Aggregate]:
        """The trades of one taker, in order; the aggregate trades that they make."""
        for each in prints:
            self.average.add(each)
            self.candles.add(each)
        self.changed = True
        return self.prints.add(prints)

    def reference(self, now_us: int) -> Decimal | None:
        """What filters compare a price with: the reference price, else the average of five minutes."""
        if self.reference_price is not None:
            return self.reference_price
        return self.average.price(now_us)
