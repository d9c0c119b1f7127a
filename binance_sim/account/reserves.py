"""The amount that an order has locked."""

from dataclasses import dataclass
from decimal import Decimal

from binance_sim.account.funds import Funds
from binance_sim.numbers import ZERO


@dataclass(slots=True, eq=False)
class Reserve:
    """An amount of one asset, locked for one order, or once for both orders of an OCO: only one of them can trade."""

    funds: Funds
    asset: str
    amount: Decimal = ZERO
    holders: int = 1

    def raise_to(self, amount: Decimal) -> None:
        """Lock at least `amount`; raises ApiError -2010 if the difference is not free."""
        if amount > self.amount:
            self.funds.lock(self.asset, amount - self.amount)
            self.amount = amount

    def spend(self, amount: Decimal) -> None:
        self.funds.spend(self.asset, amount)
        self.amount -= amount

    def add(self, amount: Decimal) -> None:
        """Add an amount that was received and is locked at once."""
        self.funds.receive(self.asset, amount)
        self.funds.lock(self.asset, amount)
        self.amount += amount

    def shrink_to(self, amount: Decimal) -> None:
        """Free everything above `amount`."""
        if self.amount > amount:
            self.funds.release(self.asset, self.amount - amount)
            self.amount = amount

    def release_holder(self) -> None:
        """An order no longer needs the reserve. The last order frees what is left."""
        self.holders -= 1
        if self.holders <= 0:
            self.shrink_to(ZERO)
