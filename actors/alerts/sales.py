"""Sales as news: what a pair has sold since a channel told of it last, in one line whatever the number."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from lotkeeper.trading.money import less, plain
from messages.alerts import PairSales

SalesTold = dict[str, tuple[int, Decimal]]  # by symbol: SELLs that were filled, and the profit of all that was sold


def sale_lines(sales: Mapping[str, PairSales], told: Mapping[str, tuple[int, Decimal]]) -> Iterator[str]:
    """Of a pair that nobody has told of before nothing is said: its history is no news."""
    for symbol, each in sorted(sales.items()):
        known = told.get(symbol)
        if known is not None and each.sells_filled > known[0]:
            yield _line(each, each.sells_filled - known[0], less(each.profit, known[1]))


def _line(sales: PairSales, count: int, profit: Decimal) -> str:
    what = "a SELL is" if count == 1 else f"{count} SELLs are"
    sign = "+" if profit >= 0 else ""
    return f"SOLD {sales.symbol}: {what} filled, {sign}{plain(profit)} {sales.quote} net"
