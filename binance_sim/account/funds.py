"""Balances by asset: what is free, what is locked in open orders."""

from collections.abc import Mapping
from decimal import Decimal

from binance_sim.errors import insufficient_balance
from binance_sim.numbers import ZERO


class Funds:
    """No amount goes below zero: a request for more is refused (-2010), anything else is an error of the engine."""

    def __init__(self, balances: Mapping[str, Decimal]) -> None:
        self.free: dict[str, Decimal] = dict(balances)
        self.locked: dict[str, Decimal] = dict.fromkeys(balances, ZERO)
        self.start: dict[str, Decimal] = dict(balances)
        # Deposits less withdrawals.
        self.flows: dict[str, Decimal] = {}

    def copy_of_start(self) -> "Funds":
        """Funds with the amounts of the start, of the same assets."""
        fresh = Funds(self.start)
        for asset in self.free:
            fresh.list_asset(asset)
        return fresh

    def list_asset(self, asset: str) -> None:
        """List the asset, with an amount of zero if it is new."""
        self.free.setdefault(asset, ZERO)
        self.locked.setdefault(asset, ZERO)

    def total(self, asset: str) -> Decimal:
        return self.free.get(asset, ZERO) + self.locked.get(asset, ZERO)

    def lock(self, asset: str, amount: Decimal) -> None:
        """Lock `amount` for an order; raises ApiError -2010 if not enough is free."""
        if self.free.get(asset, ZERO) < amount:
            raise insufficient_balance()
        self.free[asset] -= amount
        self.locked[asset] += amount

    def release(self, asset: str, amount: Decimal) -> None:
        self.locked[asset] -= amount
        self.free[asset] += amount

    def spend(self, asset: str, amount: Decimal) -> None:
        """Pay from the locked amount."""
        self.locked[asset] -= amount

    def receive(self, asset: str, amount: Decimal) -> None:
        self.free[asset] += amount

    def pay(self, asset: str, amount: Decimal) -> bool:
        """Pay from the free amount; returns False, with nothing done, if it is too small."""
        enough = self.free.get(asset, ZERO) >= amount
        if enough:
            self.free[asset] -= amount
        return enough

    def move(self, asset: str, change: Decimal) -> None:
        """A deposit, or a withdrawal (below zero); raises ApiError -2010 if not enough is free."""
        self.list_asset(asset)
        if self.free[asset] + change < 0:
            raise insufficient_balance()
        self.free[asset] += change
        self.flows[asset] = self.flows.get(asset, ZERO) + change
