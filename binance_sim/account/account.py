"""An account of the exchange."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from binance_sim.account.blotters import Blotter
from binance_sim.account.fees import Fees
from binance_sim.account.funds import Funds
from binance_sim.account.unfilled import UnfilledCount

if TYPE_CHECKING:
    from binance_sim.matching.lists import OrderList

FIRST_UID = 1_000_000_001
NO_GROUP = -1


@dataclass(slots=True, eq=False)
class Account:
    """Funds, fees, counts and books of one trader. `group` is its tradeGroupId, -1 for none.

    `limits` are its MAX_ASSET filters: the most of an asset that one order may be for.
    `bnb_fills` is how many more commissions it can pay in BNB before the exchange finds none; None means no end.
    """

    name: str
    uid: int
    funds: Funds
    fees: Fees
    unfilled: UnfilledCount
    group: int = NO_GROUP
    can_trade: bool = True
    updated_us: int = 0
    limits: Mapping[str, Decimal] = field(default_factory=dict)
    bnb_fills: int | None = None
    lists: dict[int, OrderList] = field(default_factory=dict)
    _blotters: dict[str, Blotter] = field(default_factory=dict)

    def blotter(self, symbol: str) -> Blotter:
        """Its orders and trades of a pair, an empty one for a pair that it never touched."""
        found = self._blotters.get(symbol)
        if found is None:
            found = self._blotters[symbol] = Blotter()
        return found

    @property
    def blotters(self) -> Mapping[str, Blotter]:
        return self._blotters

    def wipe(self) -> None:
        """Forget all orders and lists, and have the funds of the beginning."""
        self.funds = self.funds.restored()
        self.lists.clear()
        self._blotters.clear()

    def owns_with(self, other: Account) -> bool:
        """Whether a trade between the two would be one with oneself."""
        return self is other or (self.group != NO_GROUP and self.group == other.group)
