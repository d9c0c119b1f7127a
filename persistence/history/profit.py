"""What was earned: the sums that the Ledger keeps, with the lots that it has not counted yet, and each entry."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import merge

from lotkeeper.trading.reports.profit_entries import EARNING, ProfitEntry, possible_entries
from lotkeeper.trading.reports.profit_sums import ProfitSum, Span, added
from persistence.history.database import HistoryDatabase
from persistence.history.lots import lots_of
from persistence.history.wanted import Wanted, where
from persistence.profit_rows import ChangedSums, entry_of, sum_of_row

MOST_UNCOUNTED = 500  # lots; more are counted by the Ledger first
_UNCOUNTED = "SELECT * FROM lots WHERE is_counted IS NULL ORDER BY id LIMIT :limit"
_HOW_MANY = "SELECT count(*) AS lots FROM lots WHERE is_counted IS NULL"
_DAY = len("2026-11-30")
_IMPOSSIBLE = "SELECT lot_id FROM lots WHERE is_counted = :no ORDER BY id"


@dataclass(frozen=True, slots=True)
class PeriodSum:
    """What was earned on a pair in a day or a month."""

    period: str
    symbol: str
    quote: str
    sum: ProfitSum


@dataclass(frozen=True, slots=True)
class Uncounted:
    """What is in no sum yet."""

    lots: int = 0  # too many to be counted here: those of an earlier version, which the Ledger is counting
    impossible: tuple[str, ...] = ()  # the lots whose figures contradict each other


class PastProfit:
    """The sums of one moment of a database. Raises StoreError."""

    def __init__(self, database: HistoryDatabase) -> None:
        self._database = database
        self._changes: dict[tuple[str, str, str, str], ProfitSum] = {}
        self._changed_entries: dict[str, Sequence[ProfitEntry]] = {}  # by lot
        self._read_months: dict[tuple[str, str, str], list[PeriodSum]] = {}
        self.uncounted = self._count()

    def by_pair(self, symbol: str, first: str, last: str) -> dict[tuple[str, str], ProfitSum]:
        """Of each pair and its quote asset, from the first day to the last, both included."""
        return _added((each.symbol, each.quote, each.sum) for each in self._months(symbol, first, last))

    def by_month(self, symbol: str, first: str, last: str) -> dict[tuple[str, str], ProfitSum]:
        """Of each month and quote asset, the newest first; of the first and the last month only the wanted days."""
        return _added((each.period, each.quote, each.sum) for each in self._months(symbol, first, last))

    def by_day(self, symbol: str, first: str, last: str, limit: int) -> dict[tuple[str, str], ProfitSum]:
        """Of each day and quote asset, the newest first; of the newest days of so many."""
        days = [each for each in self._newest_days(symbol, last, limit) if each >= first]
        sums = self._sums(Span.DAY, symbol, days[-1], last) if days else []
        return _added((each.period, each.quote, each.sum) for each in sums)

    def days(self, symbol: str, first: str, last: str) -> list[PeriodSum]:
        """Of each pair and day on which something was bought or sold, the oldest first."""
        return self._sums(Span.DAY, symbol, first, last)[::-1]

    def _months(self, symbol: str, first: str, last: str) -> list[PeriodSum]:
        """The sums of whole months, and in their place those of days where not all of a month is wanted."""
        if (symbol, first, last) not in self._read_months:
            self._read_months[symbol, first, last] = self._months_of(symbol, first, last)
        return self._read_months[symbol, first, last]

    def _months_of(self, symbol: str, first: str, last: str) -> list[PeriodSum]:
        found = self._sums(Span.MONTH, symbol, first[:7], last[:7])
        edges = {each[:7] for each in (first, last) if len(each) == _DAY}
        days = [each for month in edges for each in self._sums(Span.DAY, symbol, *_clipped(month, first, last))]
        whole = [each for each in found if each.period not in edges]
        return sorted([*whole, *(replace(each, period=each.period[:7]) for each in days)], key=_place, reverse=True)

    def _sums(self, span: Span, symbol: str, first: str, last: str) -> list[PeriodSum]:
        """Of the days or months from the first to the last, both included, the newest first."""
        query = "SELECT * FROM profit_sums WHERE span = :span AND period >= :first AND period <= :last"
        values = {"span": str(span), "first": first, "last": last, "symbol": symbol}
        rows = self._database.rows(f"{query} AND symbol = :symbol" if symbol else query, values)
        found = {(row.span, row.period, row.symbol, row.quote): sum_of_row(row) for row in rows}
        for key, change in self._changes.items():
            if key[0] == span and first <= key[1] <= last and symbol in ("", key[2]):
                found[key] = found.get(key, ProfitSum()) + change
        sums = [PeriodSum(period, pair, quote, each) for (_, period, pair, quote), each in found.items()]
        return sorted((each for each in sums if not each.sum.is_empty), key=_place, reverse=True)

    def _newest_days(self, symbol: str, last: str, limit: int) -> list[str]:
        """The newest days on which something was bought or sold, up to the last."""
        query = "SELECT DISTINCT period FROM profit_sums WHERE span = :span AND period <= :last"
        values = {"span": str(Span.DAY), "last": last, "symbol": symbol, "limit": limit}
        query = f"{query} AND symbol = :symbol" if symbol else query
        rows = self._database.rows(f"{query} ORDER BY period DESC LIMIT :limit", values)
        days = {key[1] for key in self._changes if key[0] == Span.DAY and key[1] <= last and symbol in ("", key[2])}
        return sorted({*(row.period for row in rows), *days}, reverse=True)[:limit]

    def entries(self, wanted: Wanted) -> Iterator[ProfitEntry]:
        """The entries that earned something, the oldest first."""
        found = where(wanted, "time_ms")
        found.add_among("kind", map(str, EARNING))
        query = f"SELECT * FROM profit_entries {found} ORDER BY time_ms, lot_id, kind, number"  # noqa: S608 (as above)
        changed = sorted((each for each in self._changed(wanted)), key=_moment)
        stored = (entry_of(row) for row in self._database.stream(query, found.values))
        yield from merge((each for each in stored if each.lot_id not in self._changed_entries), changed, key=_moment)

    def _changed(self, wanted: Wanted) -> Iterator[ProfitEntry]:
        first, last = wanted.since_ms or 0, wanted.until_ms
        for entry in (each for entries in self._changed_entries.values() for each in entries):
            is_in_time = first <= entry.time_ms and (last is None or entry.time_ms < last)
            if entry.kind in EARNING and is_in_time and wanted.symbol in ("", entry.symbol):
                yield entry

    def _count(self) -> Uncounted:
        """Counts here what the Ledger has not counted yet, unless it is too much."""
        impossible = tuple(row.lot_id for row in self._database.rows(_IMPOSSIBLE, {"no": False}))
        rows = self._database.rows(_UNCOUNTED, {"limit": MOST_UNCOUNTED + 1})
        if len(rows) > MOST_UNCOUNTED:
            return Uncounted(self._database.rows(_HOW_MANY)[0].lots, impossible)
        sums = ChangedSums()
        for lot in lots_of(self._database, rows):
            now = possible_entries(lot)
            if now is not None:
                sums.replace(self._entries_of(lot.lot_id), now)
                self._changed_entries[lot.lot_id] = now
        self._changes = dict(sums.changes())
        return Uncounted(0, impossible)

    def _entries_of(self, lot_id: str) -> list[ProfitEntry]:
        rows = self._database.rows("SELECT * FROM profit_entries WHERE lot_id = :lot_id", {"lot_id": lot_id})
        return [entry_of(row) for row in rows]


def _clipped(month: str, first: str, last: str) -> tuple[str, str]:
    """The days of a month that are wanted."""
    return max(first, f"{month}-01"), min(last, f"{month}-31")


def _added(sums: Iterable[tuple[str, str, ProfitSum]]) -> dict[tuple[str, str], ProfitSum]:
    groups: dict[tuple[str, str], list[ProfitSum]] = {}
    for name, quote, each in sums:
        groups.setdefault((name, quote), []).append(each)
    return {group: added(each) for group, each in groups.items()}


def _place(found: PeriodSum) -> tuple[str, str]:
    return found.period, found.symbol


def _moment(entry: ProfitEntry) -> tuple[int, str, str, int]:
    return entry.time_ms, entry.lot_id, str(entry.kind), entry.number
