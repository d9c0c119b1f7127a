"""Coins that a manual sale has sold, while a SELL of ours that was sent later stands on the coins of other lots.

The exchange accepted that SELL, so other coins were there: those of a BUY that was filled before, and that may not be
known yet, because the exchange's answers are behind. When its lot is known, it pays. So does the lot whose SELL it was,
when the SELL ends unsold.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ZERO, less
from lotkeeper.trading.orders.fills import Fill

KEPT_MS = 600_000  # answers are behind by a minute at most; ten times that


@dataclass(frozen=True, slots=True)
class CoinDebt:
    """What is owed for one trade of a manual sale."""

    sale: Fill
    quantity: Decimal  # base
    covered_ms: int  # exchange's time: lots that were bought later do not pay


@dataclass(slots=True)
class CoinDebts:
    """The debts by the trade id of the sale. They are kept in memory only."""

    _debts: dict[int, CoinDebt] = field(default_factory=dict)

    @property
    def are_any(self) -> bool:
        """Whether anything is owed."""
        return bool(self._debts)

    def set(self, debt: CoinDebt) -> None:
        """What is owed for this trade now; zero for nothing."""
        if debt.quantity > 0:
            self._debts[debt.sale.trade_id] = debt
        else:
            self._debts.pop(debt.sale.trade_id, None)

    def cancel(self, order_id: int) -> None:
        """The sale was not made by hand."""
        self._debts = {number: debt for number, debt in self._debts.items() if debt.sale.order_id != order_id}

    def forget_before(self, time_ms: int) -> None:
        """Every BUY from before that moment (exchange's time) is known: nobody pays any more."""
        self._debts = {number: debt for number, debt in self._debts.items() if debt.covered_ms >= time_ms}

    def payments(self, lots: Iterable[Lot]) -> Iterator[tuple[Lot, Fill, Decimal]]:
        """Which lot pays how much (base) for which trade, those that were bought first before others; they are paid."""
        if not self._debts:
            return
        left = {lot.buy_order_id: max(lot.remainder, ZERO) for lot in lots}
        for debt in list(self._debts.values()):
            owed = debt.quantity
            for lot in sorted(lots, key=lambda each: (each.opened_ms, each.buy_order_id)):
                if lot.opened_ms > debt.covered_ms or not (part := min(owed, left[lot.buy_order_id])):
                    continue
                owed, left[lot.buy_order_id] = less(owed, part), less(left[lot.buy_order_id], part)
                yield lot, debt.sale, part
            self.set(CoinDebt(debt.sale, owed, debt.covered_ms))
