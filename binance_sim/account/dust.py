"""Dust: small free balances that the exchange converts to another asset, without a trade.

Source: "Dust Convert", "Dust Convertible Assets", "Dust Transfer". What counts as small is our choice after the
documented examples: less than 10 USDT. The service charge is 2 % of what the balance is worth.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from binance_sim.account.funds import Funds
from binance_sim.numbers import EXACT, ONE, down

QUOTA_ASSET, QUOTA = "USDT", Decimal(10)
CHARGE = Decimal("0.02")
# Assets through which a value is found if no pair has both assets.
THROUGH = ("USDT", "BTC", "BNB")


class Prices(Protocol):
    """The last price of each pair."""

    def last(self, symbol: str) -> Decimal | None: ...


@dataclass(frozen=True, slots=True)
class Dust:
    """A balance that can be converted: what it is worth in the target asset, before and after the charge."""

    asset: str
    amount: Decimal
    quota: Decimal  # its worth in QUOTA_ASSET
    worth: Decimal
    charge: Decimal

    @property
    def received(self) -> Decimal:
        return self.worth - self.charge


def price_in(prices: Prices, asset: str, target: str) -> Decimal | None:
    """The price of one `asset` in `target`, by one, two or three pairs; None if they do not lead there."""
    found = _by_two_pairs(prices, asset, target)
    if found is not None:
        return found
    worth, price = _by_two_pairs(prices, asset, QUOTA_ASSET), _by_two_pairs(prices, QUOTA_ASSET, target)
    return EXACT.multiply(worth, price) if worth is not None and price is not None else None


def _by_two_pairs(prices: Prices, asset: str, target: str) -> Decimal | None:
    straight = _by_pair(prices, asset, target)
    if straight is not None:
        return straight
    for middle in THROUGH:
        first, second = _by_pair(prices, asset, middle), _by_pair(prices, middle, target)
        if first is not None and second is not None:
            return EXACT.multiply(first, second)
    return None


def _by_pair(prices: Prices, asset: str, target: str) -> Decimal | None:
    if asset == target:
        return ONE
    straight, reverse = prices.last(asset + target), prices.last(target + asset)
    return straight or (EXACT.divide(ONE, reverse) if reverse else None)


def find_dust(funds: Funds, prices: Prices, target: str) -> Iterator[Dust]:
    """The balances that can be converted to `target`."""
    for asset, free in funds.free.items():
        price, quota = price_in(prices, asset, target), price_in(prices, asset, QUOTA_ASSET)
        if asset == target or not free or price is None or quota is None:
            continue
        worth = down(EXACT.multiply(free, price))
        in_quota = down(EXACT.multiply(free, quota))
        if worth and in_quota < QUOTA:
            yield Dust(asset, free, in_quota, worth, down(EXACT.multiply(worth, CHARGE)))
