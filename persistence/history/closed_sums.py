"""Whether the kept sums of each pair are those of its closed lots."""

from collections.abc import Iterator
from dataclasses import replace

from lotkeeper.trading.reports.profit import Totals
from persistence.closed_rows import totals_of_row
from persistence.history.database import HistoryDatabase

_SUMMED = """\
SELECT symbol, sells_placed, sells_filled, profit, first_sell_ms, held_ms, fees_quote, fees FROM lots
WHERE profit IS NOT NULL
"""


def check_closed_sums(database: HistoryDatabase) -> Iterator[str]:
    """What differs, as sentences. A pair without kept sums is no finding: its next start makes them."""
    kept = {row.symbol: totals_of_row(row) for row in database.rows("SELECT * FROM closed_sums")}
    expected = dict.fromkeys(kept, Totals())
    for row in database.stream(_SUMMED):
        if row.symbol in expected:
            expected[row.symbol] = expected[row.symbol] + totals_of_row(row)
    for symbol, sums in kept.items():
        if _comparable(sums) != _comparable(expected[symbol]):
            yield f"the kept sums of {symbol} are not those of its closed lots"


def _comparable(sums: Totals) -> Totals:
    """The first SELL of a lot that is closed no longer stays the first one; an amount of zero is no fee."""
    return replace(sums, first_sell_ms=None, fees=tuple(each for each in sums.fees if each[1]))
