"""What was earned, as plain values."""

from typing import Any

from lotkeeper.service.documents.history_rows import sum_document
from lotkeeper.trading.reports.profit_entries import day_name, day_of
from lotkeeper.trading.reports.profit_sums import ProfitSum
from persistence.history.profit import PastProfit

Json = dict[str, Any]
_FIRST, _LAST = "", "9999"  # before and after every day


def profit_document(found: PastProfit, by: str, symbol: str, times: tuple[int | None, int | None], limit: int) -> Json:
    """Raises StoreError."""
    since, until = _days(*times)
    first, last = since or _FIRST, until or _LAST
    pairs = found.by_pair(symbol, first, last)
    if by == "pair":
        rows = [{"pair": pair, **sum_document(each, quote)} for (pair, quote), each in sorted(pairs.items())]
    else:
        sums = found.by_month(symbol, first, last) if by == "month" else found.by_day(symbol, first, last, limit)
        rows = [{"period": period, **sum_document(each, quote)} for (period, quote), each in list(sums.items())[:limit]]
    return {
        "by": by,
        "time_zone": "UTC",
        "since": since,
        "until": until,
        "rows": rows,
        "totals": _totals(pairs),
        "uncounted_lots": found.uncounted.lots,
        "impossible_lots": list(found.uncounted.impossible),
    }


def _days(since_ms: int | None, until_ms: int | None) -> tuple[str | None, str | None]:
    first = None if since_ms is None else day_name(day_of(since_ms))
    return first, None if until_ms is None else day_name(day_of(until_ms - 1))


def _totals(pairs: dict[tuple[str, str], ProfitSum]) -> list[Json]:
    totals: dict[str, ProfitSum] = {}
    for (_, quote), each in pairs.items():
        totals[quote] = totals.get(quote, ProfitSum()) + each
    return [sum_document(each, quote) for quote, each in sorted(totals.items())]
