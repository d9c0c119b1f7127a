"""A new order as it was asked for."""

from dataclasses import dataclass
from decimal import Decimal

from binance_sim.numbers import ZERO
from binance_sim.symbols.rules import SymbolRules

STOPS = frozenset({"STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"})
AT_MARKET = frozenset({"MARKET", "STOP_LOSS", "TAKE_PROFIT"})
STOP_LOSSES = frozenset({"STOP_LOSS", "STOP_LOSS_LIMIT"})


@dataclass(frozen=True, slots=True)
class Ticket:
    """What is bought or sold, how and at what price. An order at the market has a price of zero.

    `qty` is zero where `quote_qty` says it, and in an OPO's pending orders, which sell what the working one receives.
    `trailing_delta` is in hundredths of a percent (bips), zero for none.
    """

    rules: SymbolRules
    side: str
    kind: str
    tif: str
    client_id: str
    price: Decimal = ZERO
    qty: Decimal = ZERO
    quote_qty: Decimal = ZERO
    stp: str = "NONE"
    stop_price: Decimal = ZERO
    trailing_delta: int = 0
    iceberg_qty: Decimal = ZERO
    strategy_id: int | None = None
    strategy_type: int | None = None

    @property
    def buys(self) -> bool:
        return self.side == "BUY"

    @property
    def limit(self) -> Decimal | None:
        """The worst price that it may trade at, None for any."""
        return None if self.kind in AT_MARKET else self.price

    @property
    def is_stop(self) -> bool:
        """Whether it waits for a price before it works."""
        return self.kind in STOPS

    @property
    def triggers_above(self) -> bool:
        """Whether its stop price lies above the market (source: "New order", trigger order price rules)."""
        return (self.kind in STOP_LOSSES) == self.buys

    @property
    def spent_asset(self) -> str:
        """The asset that it pays with."""
        return self.rules.quote if self.buys else self.rules.base
