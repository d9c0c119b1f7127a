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
    """Funds, fees, counts and books of one trader. `group` is its tradeGroupId, -1 for none.

    `limits` are its MAX_ASSET filters: the most of an asset that one order may be for.
    `bnb_fills` is how many more commissions it can pay in BNB before the exchange finds none; None means no end.
    """

    name: str
    uid: int
    funds: Funds
    fees: FeeSchedule
    unfilled: UnfilledCount
    group: int = NO_GROUP
    can_trade: bool = True
    updated_us: int = 0
    limits: Mapping[str, Decimal] = field(default_factory=dict)
    bnb_fills: int | None = None

    def shares_group_with(self, other: TradingAccount) -> bool:
        """Whether a trade between the two would be one with oneself."""
        return self is other or (self.group != NO_GROUP and self.group == other.group)
