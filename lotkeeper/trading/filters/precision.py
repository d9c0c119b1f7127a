"""The precision of the assets: more decimals are refused with -1111, whatever the filters say."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from lotkeeper.trading.filters.base import Draft, Filter, Grid, MarketContext, Refusal
from lotkeeper.trading.money import STRICT, ZERO


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

    def refusal(self, draft: Draft, around: MarketContext) -> Refusal | None:
        for of, value, step in self._amounts(draft):
            if value is not None and STRICT.remainder(value, step):
                return Refusal(self.name, of, value, Grid(ZERO, ZERO, step).nearest(value))
        return None

    def _amounts(self, draft: Draft) -> tuple[tuple[str, Decimal | None, Decimal], ...]:
        base, quote = self.base_step, self.quote_step
        return (
            ("quantity", draft.quantity, base),
            ("iceberg quantity", draft.iceberg_quantity, base),
            ("price", draft.price, quote),
            ("stop price", draft.stop_price, quote),
            ("quote quantity", draft.quote_quantity, quote),
        )
