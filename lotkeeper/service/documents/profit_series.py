"""What was earned over time: for each pair the sum since the beginning of the time, at each day or hour of a sale."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from actors.ledger.positions import iso
from lotkeeper.trading.money import ZERO, plain, total
from lotkeeper.trading.reports.profit_entries import day_name, day_of
from persistence.history.profit import PastProfit
from persistence.history.wanted import Wanted

Json = dict[str, Any]
Step = tuple[str, str, int, Decimal]  # pair, quote asset, the beginning of the day or hour (ms), what it earned
BY_DAY, BY_HOUR = "day", "hour"
_FIRST, _LAST = "", "9999"  # before and after every day
_HOUR_MS = 3_600_000


def profit_series(found: PastProfit, by: str, symbol: str, since_ms: int | None, until_ms: int | None) -> Json:
    """By day or by hour (UTC), of a pair or (empty) of each. With days, the first and the last count as a whole.

    Raises StoreError.
    """
    read = _days if by == BY_DAY else _hours
    return {
        "by": by,
        "since": None if since_ms is None else iso(since_ms),
        "until": None if until_ms is None else iso(until_ms),
        "series": list(_series(read(found, symbol, since_ms, until_ms))),
        "uncounted_lots": found.uncounted.lots,
    }


def _series(steps: Iterable[Step]) -> Iterator[Json]:
    """`points` are moments (ms) with what was earned from the beginning up to the end of that day or hour."""
    sums: dict[tuple[str, str], list[tuple[int, Decimal]]] = {}
    for pair, quote, at_ms, profit in steps:
        points = sums.setdefault((pair, quote), [])
        before = points[-1][1] if points else ZERO
        if points and points[-1][0] == at_ms:
            points.pop()
        points.append((at_ms, total((before, profit))))
    for (pair, quote), points in sorted(sums.items()):
        yield {"pair": pair, "quote": quote, "points": [[at_ms, plain(profit)] for at_ms, profit in points]}


def _days(found: PastProfit, symbol: str, since_ms: int | None, until_ms: int | None) -> Iterator[Step]:
    first = _FIRST if since_ms is None else day_name(day_of(since_ms))
    last = _LAST if until_ms is None else day_name(day_of(max(until_ms - 1, 0)))
    for each in found.days(symbol, first, last):
        if each.sum.sales or each.sum.profit:
            at = datetime.fromisoformat(each.period).replace(tzinfo=UTC)
            yield each.symbol, each.quote, round(at.timestamp() * 1000), each.sum.profit


def _hours(found: PastProfit, symbol: str, since_ms: int | None, until_ms: int | None) -> Iterator[Step]:
    for each in found.entries(Wanted(symbol, since_ms, until_ms)):
        yield each.symbol, each.quote, each.time_ms // _HOUR_MS * _HOUR_MS, each.profit
