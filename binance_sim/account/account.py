"""An account of the exchange."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from binance_sim.account.fees import FeeSchedule
from binance_sim.account.funds import Funds
from binance_sim.account.unfilled import UnfilledCount

FIRST_UID = 1_000_000_001
NO_GROUP = -1


@dataclass(slots=True, eq=False)
class TradingAccount:
    """Funds, commission rates and order counts of one trader."""

    name: str
    uid: int
    funds: Funds
    fees: FeeSchedule
    unfilled: UnfilledCount
    group: int = NO_GROUP  # the exchange's tradeGroupId
    can_trade: bool = True
    updated_us: int = 0
    # MAX_ASSET filters: the largest amount of an asset that one order may be for.
    limits: Mapping[str, Decimal] = field(default_factory=dict)
    # How many more commissions can be paid in BNB; None: no limit. A fault sets it.
    bnb_fills: int | None = None

    def shares_group_with(self, other: TradingAccount) -> bool:
        """Whether a trade between the two accounts is a self-trade."""
        return self is other or (self.group != NO_GROUP and self.group == other.group)
