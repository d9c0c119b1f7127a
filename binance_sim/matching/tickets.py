"""A new order as it was requested."""

from dataclasses import dataclass
from decimal import Decimal

from binance_sim.numbers import ZERO
from binance_sim.symbols.rules import SymbolRules

STOPS = frozenset({"STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"})
AT_MARKET = frozenset({"MARKET", "STOP_LOSS", "TAKE_PROFIT"})
STOP_LOSSES = frozenset({"STOP_LOSS", "STOP_LOSS_LIMIT"})


@dataclass(frozen=True, slots=True)
class Ticket:
    """The parameters of a new order."""

    rules: SymbolRules
    side: str
    kind: str
    tif: str
    client_id: str
    price: Decimal = ZERO  # zero for orders at the market
    # Zero if `quote_qty` is given, and for the pending orders of an OPO, which sell what the working order receives.
    qty: Decimal = ZERO
    quote_qty: Decimal = ZERO
    stp: str = "NONE"
    stop_price: Decimal = ZERO
    trailing_delta: int = 0  # in bips (hundredths of a percent); zero: the order does not trail
    iceberg_qty: Decimal = ZERO
    strategy_id: int | None = None
    strategy_type: int | None = None
    is_sor: bool = False  # by smart order routing: its fills are allocations, and no trades of the account

    @property
    def buys(self) -> bool:
        return self.side == "BUY"

    @property
    def limit(self) -> Decimal | None:
        """The worst price that it may trade at, None for any price."""
        return None if self.kind in AT_MARKET else self.price

    @property
    def is_stop(self) -> bool:
        """Whether the order waits for a stop price before it works."""
        return self.kind in STOPS

    @property
    def triggers_above(self) -> bool:
        """Whether the stop price is above the market (source: "New order", trigger order price rules)."""
        return (self.kind in STOP_LOSSES) == self.buys

    @property
    def spent_asset(self) -> str:
        """The asset that the order pays with."""
        return self.rules.quote if self.buys else self.rules.base
