"""The precision of the assets: more decimals are refused with -1111, whatever the filters say."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from lotkeeper.trading.filters.base import Around, Draft, Filter, Grid, Refusal
from lotkeeper.trading.money import ZERO


@dataclass(frozen=True, slots=True)
class Precision(Filter):
    """How many decimals an amount of the base and of the quote asset has at most."""

    name: ClassVar[str] = "PRECISION"
    base: int = 8
    quote: int = 8

    @property
    def base_step(self) -> Decimal:
        """The finest quantity."""
        return Decimal(1).scaleb(-self.base)

    @property
    def quote_step(self) -> Decimal:
        """The finest price."""
        return Decimal(1).scaleb(-self.quote)

    def refusal(self, draft: Draft, around: Around) -> Refusal | None:
        for of, value, step in self._amounts(draft):
            grid = Grid(ZERO, ZERO, step)
            if value is not None and not grid.holds(value):
                return Refusal(self.name, of, value, grid.nearest(value))
        return None

    def _amounts(self, draft: Draft) -> Iterator[tuple[str, Decimal | None, Decimal]]:
        yield "quantity", draft.quantity, self.base_step
        yield "iceberg quantity", draft.iceberg_quantity, self.base_step
        yield "price", draft.price, self.quote_step
        yield "stop price", draft.stop_price, self.quote_step
        yield "quote quantity", draft.quote_quantity, self.quote_step
