"""A trade pair and the rules the exchange sets for orders on it."""

from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.money import ZERO

TRADING = "TRADING"


@dataclass(frozen=True, slots=True)
class TradePair:
    """The rules of `exchangeInfo` that a LIMIT SELL must keep; zero switches a rule off (Binance filters.md).

    Prices, `tick` and notional amounts are in quote asset, quantities and `step` in base asset.
    """

    symbol: str
    base: str
    quote: str
    status: str
    tick: Decimal
    step: Decimal
    min_price: Decimal = ZERO
    max_price: Decimal = ZERO
    min_quantity: Decimal = ZERO
    max_quantity: Decimal = ZERO
    min_notional: Decimal = ZERO
    max_notional: Decimal = ZERO

    @property
    def is_trading(self) -> bool:
        return self.status == TRADING
