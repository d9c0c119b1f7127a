"""Where every asset is: what the external market gave and received, and the commissions."""

from collections.abc import Iterable
from decimal import Decimal

from binance_sim.account.account import TradingAccount
from binance_sim.numbers import ZERO


class AssetLedger:
    """Amounts by asset. Accounts, external market and commissions always add up to the deposits."""

    def __init__(self) -> None:
        self.external: dict[str, Decimal] = {}
        self.commissions: dict[str, Decimal] = {}

    def trade(self, base: str, qty: Decimal, quote: str, amount: Decimal, outside_buys: bool) -> None:
        """The external market bought `qty` for `amount`, or sold it."""
        sign = 1 if outside_buys else -1
        self.external[base] = self.external.get(base, ZERO) + sign * qty
        self.external[quote] = self.external.get(quote, ZERO) - sign * amount

    def commission(self, asset: str, amount: Decimal) -> None:
        self.commissions[asset] = self.commissions.get(asset, ZERO) + amount

    def surplus(self, accounts: Iterable[TradingAccount]) -> dict[str, Decimal]:
        """What exists of each asset beyond the deposits: empty, unless the engine has an error."""
        found: dict[str, Decimal] = {}
        for held in (self.external, self.commissions):
            _add(found, held, 1)
        for account in accounts:
            funds = account.funds
            for held, sign in ((funds.free, 1), (funds.locked, 1), (funds.start, -1), (funds.flows, -1)):
                _add(found, held, sign)
        return {asset: amount for asset, amount in found.items() if amount}


def _add(found: dict[str, Decimal], held: dict[str, Decimal], sign: int) -> None:
    for asset, amount in held.items():
        found[asset] = found.get(asset, ZERO) + sign * amount
