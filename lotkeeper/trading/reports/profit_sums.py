"""Sums of profit entries, by pair and by day or month in UTC."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lotkeeper.trading.money import ZERO, less, total
from lotkeeper.trading.reports.profit import Fees, sum_fees
from lotkeeper.trading.reports.profit_entries import EntryKind, ProfitEntry, day_name, day_of

_SALES = frozenset({EntryKind.SALE, EntryKind.MANUAL_SALE})


class Span(StrEnum):
    """For how long there is a sum."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class ProfitSum:
    """What entries come to. Money in quote asset, exact to the last digit."""

    sales: int = 0
    cost: Decimal = ZERO  # of what was sold
    proceeds: Decimal = ZERO  # before the fees of the SELLs; of manual sales after them
    fee: Decimal = ZERO  # of the SELLs; those of the BUYs are in the cost
    profit: Decimal = ZERO
    by_hand: Decimal = ZERO  # how much of the profit is that of manual sales
    fees: Fees = ()  # what BUYs and SELLs paid in this time, by asset

    def __add__(self, other: "ProfitSum") -> "ProfitSum":
        return ProfitSum(
            sales=self.sales + other.sales,
            cost=total((self.cost, other.cost)),
            proceeds=total((self.proceeds, other.proceeds)),
            fee=total((self.fee, other.fee)),
            profit=total((self.profit, other.profit)),
            by_hand=total((self.by_hand, other.by_hand)),
            fees=_without_zeros(sum_fees(self.fees, other.fees)),
        )

    def __sub__(self, other: "ProfitSum") -> "ProfitSum":
        return ProfitSum(
            sales=self.sales - other.sales,
            cost=less(self.cost, other.cost),
            proceeds=less(self.proceeds, other.proceeds),
            fee=less(self.fee, other.fee),
            profit=less(self.profit, other.profit),
            by_hand=less(self.by_hand, other.by_hand),
            fees=_without_zeros(sum_fees(self.fees, _negated(other.fees))),
        )

    @property
    def is_empty(self) -> bool:
        return self == _NOTHING


_NOTHING = ProfitSum()


def sum_of(entries: Iterable[ProfitEntry]) -> ProfitSum:
    """The sum of these entries."""
    return sum((_of(each) for each in entries), ProfitSum())


def added(sums: Sequence[ProfitSum]) -> ProfitSum:
    """The sum of many sums, in one go."""
    fees: dict[str, list[Decimal]] = {}
    for asset, amount in (fee for each in sums for fee in each.fees):
        fees.setdefault(asset, []).append(amount)
    return ProfitSum(
        sales=sum(each.sales for each in sums),
        cost=total(each.cost for each in sums),
        proceeds=total(each.proceeds for each in sums),
        fee=total(each.fee for each in sums),
        profit=total(each.profit for each in sums),
        by_hand=total(each.by_hand for each in sums),
        fees=_without_zeros(tuple((asset, total(amounts)) for asset, amounts in sorted(fees.items()))),
    )


def period_of(span: Span, time_ms: int) -> str:
    """The day or month of a moment, such as 2026-11-30 or 2026-11; periods sort as their texts do."""
    name = day_name(day_of(time_ms))
    return name if span is Span.DAY else name[:7]


def _of(entry: ProfitEntry) -> ProfitSum:
    profit = entry.profit
    by_hand = profit if entry.kind is EntryKind.MANUAL_SALE else ZERO
    sales = int(entry.kind in _SALES)
    return ProfitSum(sales, entry.cost, entry.proceeds, entry.fee, profit, by_hand, entry.fees)


def _negated(fees: Fees) -> Fees:
    return tuple((asset, amount.copy_negate()) for asset, amount in fees)


def _without_zeros(fees: Fees) -> Fees:
    return tuple((asset, amount) for asset, amount in fees if amount)
