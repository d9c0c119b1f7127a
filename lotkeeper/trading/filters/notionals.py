"""Filters of the notional (price times quantity, in quote): MIN_NOTIONAL and NOTIONAL."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from lotkeeper.trading.filters.base import Draft, Filter, MarketContext, Refusal, notional_of, within
from lotkeeper.trading.money import ZERO


@dataclass(frozen=True, slots=True)
class MinNotional(Filter):
    """The older form: at least `least`; orders at the market are measured at the reference price, if at all."""

    name: ClassVar[str] = "MIN_NOTIONAL"
    least: Decimal
    to_market: bool = True

    def refusal(self, draft: Draft, around: MarketContext) -> Refusal | None:
        return _refusal(self.name, draft, around, self.least if self.to_market or draft.price else ZERO, ZERO)


@dataclass(frozen=True, slots=True)
class Notional(Filter):
    """From `least` to `most` (zero: no most); `..._to_market` tell which of them holds for orders at the market."""

    name: ClassVar[str] = "NOTIONAL"
    least: Decimal
    most: Decimal = ZERO
    least_to_market: bool = True
    most_to_market: bool = False

    def refusal(self, draft: Draft, around: MarketContext) -> Refusal | None:
        least = self.least if self.least_to_market or draft.price else ZERO
        most = self.most if self.most_to_market or draft.price else ZERO
        return _refusal(self.name, draft, around, least, most)


def _refusal(name: str, draft: Draft, around: MarketContext, least: Decimal, most: Decimal) -> Refusal | None:
    notional = notional_of(draft, around)
    if notional is None:
        return None
    nearest = within(least, most, notional)
    return None if nearest == notional else Refusal(name, "notional", notional, nearest)
