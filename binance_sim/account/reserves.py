"""What an order holds locked."""

from dataclasses import dataclass
from decimal import Decimal

from binance_sim.account.funds import Funds
from binance_sim.numbers import ZERO


@dataclass(slots=True, eq=False)
class Reserve:
    """An amount of one asset, locked for one order or for both legs of an OCO, of which only one can ever trade."""

    funds: Funds
    asset: str
    amount: Decimal = ZERO
    holders: int = 1

    def raise_to(self, to: Decimal) -> None:
        """Hold at least `to`; raises ApiError -2010 if the difference is not free."""
        if to > self.amount:
            self.funds.lock(self.asset, to - self.amount)
            self.amount = to

    def spend(self, amount: Decimal) -> None:
        self.funds.spend(self.asset, amount)
        self.amount -= amount

    def add(self, amount: Decimal) -> None:
        """Add what was received and is locked at once."""
        self.funds.receive(self.asset, amount)
        self.funds.lock(self.asset, amount)
        self.amount += amount

    def shrink_to(self, amount: Decimal) -> None:
        """Free whatever is above `amount`."""
        if self.amount > amount:
            self.funds.release(self.asset, self.amount - amount)
            self.amount = amount

    def release_holder(self) -> None:
        """An order is done with it; the last one frees the rest."""
        self.holders -= 1
        if self.holders <= 0:
            self.shrink_to(ZERO)
