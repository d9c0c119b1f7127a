"""Filters of what is held and moved of an asset: MAX_POSITION and MAX_ASSET."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from lotkeeper.trading.filters.base import Draft, Filter, MarketContext, Refusal, notional_of
from lotkeeper.trading.money import ZERO, less, total
from lotkeeper.trading.orders.fills import Side


@dataclass(frozen=True, slots=True)
class MaxPosition(Filter):
    """The most of the base asset that the account may hold, open BUYs included. Only a BUY can break it."""

    name: ClassVar[str] = "MAX_POSITION"
    most: Decimal

    def refusal(self, draft: Draft, around: MarketContext) -> Refusal | None:
        if draft.side is Side.SELL or around.position is None:
            return None
        after = total((around.position, draft.quantity))
        if after <= self.most:
            return None
        return Refusal(self.name, "quantity", draft.quantity, max(less(self.most, around.position), ZERO))


@dataclass(frozen=True, slots=True)
class MaxAsset(Filter):
    """The most of one asset that one order may move: its quantity of the base asset, or its notional of the quote.

    Told by myFilters alone (Binance filters.md, "Asset Filters").
    """

    name: ClassVar[str] = "MAX_ASSET"
    asset: str
    limit: Decimal
    is_base: bool

    def refusal(self, draft: Draft, around: MarketContext) -> Refusal | None:
        of = "quantity" if self.is_base else "notional"
        moved = draft.quantity if self.is_base else notional_of(draft, around)
        if moved is None or moved <= self.limit:
            return None
        return Refusal(self.name, f"{of} of {self.asset}", moved, self.limit)
