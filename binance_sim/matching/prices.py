"""What one asset is worth in another, by the exchange's own last prices."""

from collections.abc import Mapping
from decimal import Decimal

from binance_sim.account.fees import BNB
from binance_sim.matching.desks import Desk
from binance_sim.numbers import EXACT, ONE


class Prices:
    """The last prices of all pairs."""

    def __init__(self, desks: Mapping[str, Desk]) -> None:
        self._desks = desks

    def last(self, symbol: str) -> Decimal | None:
        desk = self._desks.get(symbol)
        return desk.last_price if desk else None

    def of_bnb(self, quote: str) -> Decimal | None:
        """One BNB in `quote`, straight or through USDT; None where no market tells."""
        if quote == BNB:
            return ONE
        straight = self.last(BNB + quote)
        if straight:
            return straight
        dollars, through = self.last("BNBUSDT"), self.last(quote + "USDT")
        return EXACT.divide(dollars, through) if dollars and through else None
