"""Converts profit entries and their sums to rows and back, and tells by how much sums change. Without Pony."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from lotkeeper.trading.reports.profit_entries import EntryKind, ProfitEntry
from lotkeeper.trading.reports.profit_sums import ProfitSum, Span, period_of, sum_of
from persistence.fees_text import fees_from_text, fees_to_text
from persistence.rows import Columns, digits

SumKey = tuple[str, str, str, str]  # span, period, symbol, quote


class ChangedSums:
    """By how much sums change when entries take the place of others."""

    def __init__(self) -> None:
        self._changes: dict[SumKey, ProfitSum] = {}

    def replace(self, before: Iterable[ProfitEntry], now: Iterable[ProfitEntry]) -> None:
        """The entries of a lot were `before`, and are these now."""
        for key, entry in _by_sum(before):
            self._changes[key] = self._changes.get(key, ProfitSum()) - sum_of([entry])
        for key, entry in _by_sum(now):
            self._changes[key] = self._changes.get(key, ProfitSum()) + sum_of([entry])

    def changes(self) -> list[tuple[SumKey, ProfitSum]]:
        """The sums that change."""
        return [(key, change) for key, change in self._changes.items() if not change.is_empty]


def entry_of(row: Any) -> ProfitEntry:
    return ProfitEntry(
        symbol=row.symbol,
        quote=row.quote,
        lot_id=row.lot_id,
        kind=EntryKind(row.kind),
        number=row.number,
        order_id=row.order_id,
        time_ms=row.time_ms,
        bought_ms=(row.bought_from_ms, row.bought_to_ms),
        quantity=Decimal(row.quantity),
        cost=Decimal(row.cost),
        proceeds=Decimal(row.proceeds),
        fee=Decimal(row.fee),
        fees=fees_from_text(row.fees),
    )


def sum_of_row(row: Any) -> ProfitSum:
    return ProfitSum(
        sales=row.sales,
        cost=Decimal(row.cost),
        proceeds=Decimal(row.proceeds),
        fee=Decimal(row.fee),
        profit=Decimal(row.profit),
        by_hand=Decimal(row.by_hand),
        fees=fees_from_text(row.fees),
    )


def entry_columns(entry: ProfitEntry) -> Columns:
    return {
        "symbol": entry.symbol,
        "quote": entry.quote,
        "order_id": entry.order_id,
        "time_ms": entry.time_ms,
        "bought_from_ms": entry.bought_ms[0],
        "bought_to_ms": entry.bought_ms[1],
        "quantity": digits(entry.quantity),
        "cost": digits(entry.cost),
        "proceeds": digits(entry.proceeds),
        "fee": digits(entry.fee),
        "fees": fees_to_text(entry.fees),
    }


def sum_columns(found: ProfitSum) -> Columns:
    return {
        "sales": found.sales,
        "cost": digits(found.cost),
        "proceeds": digits(found.proceeds),
        "fee": digits(found.fee),
        "profit": digits(found.profit),
        "by_hand": digits(found.by_hand),
        "fees": fees_to_text(found.fees),
    }


def _by_sum(entries: Iterable[ProfitEntry]) -> Iterator[tuple[SumKey, ProfitEntry]]:
    for entry in entries:
        for span in Span:
            yield (str(span), period_of(span, entry.time_ms), entry.symbol, entry.quote), entry
