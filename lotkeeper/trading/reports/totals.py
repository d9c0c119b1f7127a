"""Sums over lots: what a report and a summary show."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.money import ZERO, total
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.reports.profit import fees_by_asset, fees_in_quote, realised

Fees = tuple[tuple[str, Decimal], ...]  # by asset, in the order of their names


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of lots and their SELLs, the net profit (quote) of what they sold, and what it cost in fees and time.

    `fees` are the commissions as they were taken, `fees_quote` all of them in quote. `held_ms` sums up how long the
    `closed` lots were held.
    """

    lots: int = 0
    sells_placed: int = 0
    sells_filled: int = 0
    realised_profit: Decimal = ZERO
    first_sell_ms: int | None = None
    closed: int = 0
    held_ms: int = 0
    fees_quote: Decimal = ZERO
    fees: Fees = ()

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            lots=self.lots + other.lots,
            sells_placed=self.sells_placed + other.sells_placed,
            sells_filled=self.sells_filled + other.sells_filled,
            realised_profit=total((self.realised_profit, other.realised_profit)),
            first_sell_ms=min((ms for ms in (self.first_sell_ms, other.first_sell_ms) if ms is not None), default=None),
            closed=self.closed + other.closed,
            held_ms=self.held_ms + other.held_ms,
            fees_quote=total((self.fees_quote, other.fees_quote)),
            fees=added_fees(self.fees, other.fees),
        )

    @property
    def mean_held_ms(self) -> int | None:
        """How long a closed lot was held on average; None without one."""
        return self.held_ms // self.closed if self.closed else None


def totals_of(lots: Iterable[Lot]) -> Totals:
    """The sums over `lots`; refused SELLs never were placed."""
    return sum((_of(lot) for lot in lots), Totals())


def added_fees(one: Iterable[tuple[str, Decimal]], other: Iterable[tuple[str, Decimal]]) -> Fees:
    """Both together, by asset."""
    sums: dict[str, Decimal] = {}
    for asset, amount in (*one, *other):
        sums[asset] = total((sums.get(asset, ZERO), amount))
    return tuple(sorted(sums.items()))


def _of(lot: Lot) -> Totals:
    known = [order for order in lot.orders if order.order_id is not None]
    closed_ms = lot.closed_ms
    return Totals(
        lots=1,
        sells_placed=len(known),
        sells_filled=sum(order.state is OrderState.FILLED for order in known),
        realised_profit=realised(lot),
        first_sell_ms=min((order.sent_ms for order in known), default=None),
        closed=int(lot.state is LotState.CLOSED),
        held_ms=closed_ms - lot.opened_ms if closed_ms is not None else 0,
        fees_quote=fees_in_quote(lot),
        fees=tuple(sorted(fees_by_asset(lot).items())),
    )
