"""Filters of the quantity: LOT_SIZE, MARKET_LOT_SIZE, ICEBERG_PARTS."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from lotkeeper.trading.filters.base import Draft, Filter, Grid, Kind, MarketContext, Refusal
from lotkeeper.trading.money import ONE, ZERO, Ratio, ratio_ceil_to


@dataclass(frozen=True, slots=True)
class LotSize(Filter):
    """Quantity and iceberg quantity: from `least` to `most`, a multiple of `step` (base); zero switches each off."""

    name: ClassVar[str] = "LOT_SIZE"
    step: Decimal
    least: Decimal = ZERO
    most: Decimal = ZERO

    def refusal(self, draft: Draft, around: MarketContext) -> Refusal | None:
        if draft.quote_quantity is not None:
            return None  # the exchange cuts what it buys for a sum to the step by itself
        grid = Grid(self.least, self.most, self.step)
        for of, quantity in (("quantity", draft.quantity), ("iceberg quantity", draft.iceberg_quantity)):
            if quantity is not None and not (grid.holds(quantity) and quantity > 0):
                return Refusal(self.name, of, quantity, grid.nearest(quantity))
        return None


@dataclass(frozen=True, slots=True)
class MarketLotSize(Filter):
    """The quantity of MARKET orders, beside LOT_SIZE. A step of zero, which is usual, means no step."""

    name: ClassVar[str] = "MARKET_LOT_SIZE"
    step: Decimal
    least: Decimal = ZERO
    most: Decimal = ZERO

    def refusal(self, draft: Draft, around: MarketContext) -> Refusal | None:
        grid = Grid(self.least, self.most, self.step)
        is_theirs = draft.kind is Kind.MARKET and draft.quote_quantity is None
        if not is_theirs or grid.holds(draft.quantity):
            return None
        return Refusal(self.name, "quantity", draft.quantity, grid.nearest(draft.quantity))


@dataclass(frozen=True, slots=True)
class IcebergParts(Filter):
    """An iceberg order shows itself in at most `limit` parts."""

    name: ClassVar[str] = "ICEBERG_PARTS"
    limit: int

    def refusal(self, draft: Draft, around: MarketContext) -> Refusal | None:
        if not draft.iceberg_quantity:
            return None
        parts = int(ratio_ceil_to(Ratio(draft.quantity, draft.iceberg_quantity), ONE))
        return Refusal(self.name, "parts", Decimal(parts), Decimal(self.limit)) if parts > self.limit else None
