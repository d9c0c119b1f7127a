"""Balances by asset: what is free, what is locked in open orders."""

from collections.abc import Mapping
from decimal import Decimal

from binance_sim.errors import insufficient_balance
from binance_sim.numbers import ZERO


class Funds:
    """No amount ever goes under zero: that is refused (-2010) or an error of the engine.

    `flows` is what came from outside the exchange (deposits) less what left it: not the work of any trade.
    """

    def __init__(self, balances: Mapping[str, Decimal]) -> None:
        self.free: dict[str, Decimal] = dict(balances)
        self.locked: dict[str, Decimal] = dict.fromkeys(balances, ZERO)
        self.start: dict[str, Decimal] = dict(balances)
        self.flows: dict[str, Decimal] = {}

    def copy_of_start(self) -> "Funds":
        """The funds as they were at first, of the same assets."""
        fresh = Funds(self.start)
        for asset in self.free:
            fresh.list_asset(asset)
        return fresh

    def list_asset(self, asset: str) -> None:
        """List the asset from now on, with nothing of it if it is new."""
        self.free.setdefault(asset, ZERO)
        self.locked.setdefault(asset, ZERO)

    def total(self, asset: str) -> Decimal:
        return self.free.get(asset, ZERO) + self.locked.get(asset, ZERO)

    def lock(self, asset: str, amount: Decimal) -> None:
        """Set `amount` aside for an order; raises ApiError -2010 if that much is not free."""
        if self.free.get(asset, ZERO) < amount:
            raise insufficient_balance()
        self.free[asset] -= amount
        self.locked[asset] += amount

    def release(self, asset: str, amount: Decimal) -> None:
        self.locked[asset] -= amount
        self.free[asset] += amount

    def spend(self, asset: str, amount: Decimal) -> None:
        """Pay from what is locked."""
        self.locked[asset] -= amount

    def receive(self, asset: str, amount: Decimal) -> None:
        self.free[asset] += amount

    def pay(self, asset: str, amount: Decimal) -> bool:
        """Pay from what is free, if there is enough."""
        enough = self.free.get(asset, ZERO) >= amount
        if enough:
            self.free[asset] -= amount
        return enough

    def move(self, asset: str, change: Decimal) -> None:
        """A deposit, or a withdrawal (below zero); raises ApiError -2010 if that much is not free."""
        self.list_asset(asset)
        if self.free[asset] + change < 0:
            raise insufficient_balance()
        self.free[asset] += change
        self.flows[asset] = self.flows.get(asset, ZERO) + change
