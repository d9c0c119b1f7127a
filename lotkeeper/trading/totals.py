"""Sums over lots: what a report and a summary show."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.lots import Lot
from lotkeeper.trading.money import EXACT, ZERO
from lotkeeper.trading.order_states import OrderState


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of lots and their SELLs, and the net profit (quote) of what they sold."""

    lots: int = 0
    sells_placed: int = 0
    sells_filled: int = 0
    realised_profit: Decimal = ZERO
    first_sell_ms: int | None = None

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.lots + other.lots,
            self.sells_placed + other.sells_placed,
            self.sells_filled + other.sells_filled,
            EXACT.add(self.realised_profit, other.realised_profit),
            min((ms for ms in (self.first_sell_ms, other.first_sell_ms) if ms is not None), default=None),
        )


def totals_of(lots: Iterable[Lot]) -> Totals:
    """The sums over `lots`; refused SELLs never were placed."""
    return sum((_of(lot) for lot in lots), Totals())


def _of(lot: Lot) -> Totals:
    known = [order for order in lot.orders if order.order_id is not None]
    return Totals(
        lots=1,
        sells_placed=len(known),
        sells_filled=sum(order.state is OrderState.FILLED for order in known),
        realised_profit=lot.realised_profit,
        first_sell_ms=min((order.sent_ms for order in known), default=None),
    )
