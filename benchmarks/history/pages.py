"""The pages of each history, as the commands make them for `--json`: what is asked, and how long it takes."""

import time
from collections.abc import Callable, Iterable, Mapping
from itertools import islice

import orjson

from actors.ledger.positions import position
from benchmarks.history.filling import Size
from benchmarks.results import ResultTable, quantile
from cli.commands.tax import tax_rows
from lotkeeper.service.documents.history_rows import fill_document, order_document
from lotkeeper.service.documents.profit_document import profit_document
from persistence.history.database import HistoryDatabase
from persistence.history.fills import read_fills
from persistence.history.lots import read_lots
from persistence.history.orders import read_orders
from persistence.history.profit import PastProfit
from persistence.history.wanted import Wanted

PAIR = "C007USDT"
_ROUNDS = 20
_DAY_MS = 86_400_000
_ROWS = 50
Page = Callable[[HistoryDatabase], object]


def pages(size: Size) -> dict[str, Page]:
    """By the name in the table; the middle and the end are where `--before` leads after so many pages."""
    return {**_fill_pages(size), **_order_pages(size), **_lot_pages(size), **_sums(size)}


def _month(size: Size) -> tuple[int, int]:
    begin = size.time_ms(size.lots // 2)
    return begin, begin + 30 * _DAY_MS


def _of_pair(size: Size, number: int) -> int:
    """A lot of the pair near this one."""
    return number - number % size.pairs + 7 % size.pairs


def _fill_pages(size: Size) -> dict[str, Page]:
    def page(*arguments: object, **more: object) -> Page:
        return lambda db: [fill_document(each) for each in read_fills(db, Wanted(*arguments, **more))]  # type: ignore[arg-type]

    def key(number: int) -> str:
        return f"{size.time_ms(number)}/{size.symbol(number)}/{6 * number}/BUY"

    middle, end = _of_pair(size, size.lots // 2), _of_pair(size, 3 * size.pairs)
    return {
        "fills": page(),
        "fills, in the middle": page(before=key(middle)),
        "fills, near the end": page(before=key(end)),
        "fills of a pair": page(PAIR),
        "fills of a pair, in the middle": page(PAIR, before=key(middle)),
        "fills of a pair, of a month": page(PAIR, *_month(size)),
        "fills of a pair that has none": page("NONEUSDT"),
    }


def _order_pages(size: Size) -> dict[str, Page]:
    def page(*arguments: object, **more: object) -> Page:
        return lambda db: [order_document(each) for each in read_orders(db, Wanted(*arguments, **more))]  # type: ignore[arg-type]

    def key(number: int) -> str:
        return f"{size.time_ms(number)}/SELL/{size.symbol(number)}/{number}/1"

    middle, end = _of_pair(size, size.lots // 2), _of_pair(size, 3 * size.pairs)
    some, none = frozenset({"OPEN", "NEW"}), frozenset({"REFUSED"})
    return {
        "orders": page(),
        "orders, in the middle": page(before=key(middle)),
        "orders, near the end": page(before=key(end)),
        "orders of a pair, in the middle": page(PAIR, before=key(middle)),
        "orders, filled, of a month": page("", *_month(size), frozenset({"FILLED"})),
        "orders, open": page(states=some),
        "orders of a pair, open": page(PAIR, states=some),
        "orders in a state that none has": page(states=none),
        "orders of a pair in such a state": page(PAIR, states=none),
    }


def _lot_pages(size: Size) -> dict[str, Page]:
    def page(*arguments: object, **more: object) -> Page:
        return lambda db: [position(each) for each in read_lots(db, Wanted(*arguments, **more))]  # type: ignore[arg-type]

    def key(number: int) -> str:
        return f"{size.symbol(number)}-{number}"

    middle, end = _of_pair(size, size.lots // 2), _of_pair(size, 3 * size.pairs)
    some, closed, none = frozenset({"OPEN", "SELLING", "PARKED"}), frozenset({"CLOSED"}), frozenset({"HELD"})
    return {
        "positions, open": page(states=some),
        "positions": page(),
        "positions, in the middle": page(before=key(middle)),
        "positions, near the end": page(before=key(end)),
        "positions of a pair, in the middle": page(PAIR, before=key(middle)),
        "positions of a pair, open": page(PAIR, states=some),
        "positions, closed, of a month": page("", *_month(size), closed),
        "positions of a pair in a state that none has": page(PAIR, states=none),
    }


def _sums(size: Size) -> dict[str, Page]:
    def page(by: str, symbol: str = "", times: tuple[int | None, int | None] = (None, None)) -> Page:
        return lambda db: profit_document(PastProfit(db), by, symbol, times, _ROWS)

    def sales(symbol: str, times: tuple[int, int]) -> Page:
        return lambda db: list(islice(tax_rows(db, PastProfit(db), Wanted(symbol, *times)), _ROWS))

    year = size.time_ms(0), size.time_ms(0) + 365 * _DAY_MS
    return {
        "profit by pair": page("pair"),
        "profit by month": page("month"),
        "profit by day": page("day"),
        "profit of a pair by day": page("day", PAIR),
        "profit of 30 days by pair": page("pair", "", _month(size)),
        "profit of 30 days by day": page("day", "", _month(size)),
        "tax, the first 50 sales": sales("", year),
        "tax of a pair, the first 50 sales": sales(PAIR, year),
    }


def measure_pages(url: str, size: Size) -> ResultTable:
    columns = ("page", "median ms", "slowest ms", "processor ms")
    table = ResultTable("A page of 50 rows, each with a new connection", columns)
    for name, page in pages(size).items():
        times = [timed(url, page) for _ in range(_ROUNDS)]
        walls, used = zip(*times, strict=True)
        table.rows.append((name, quantile(walls, 0.5), max(walls), quantile(used, 0.5)))
    return table


def timed(url: str, page: Page) -> tuple[float, float]:
    """Milliseconds by the wall clock, and of this process's processor time."""
    began, used = time.perf_counter(), time.process_time()
    with HistoryDatabase.open(url) as database:
        orjson.dumps(page(database))
    return (time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000


def measure_export(url: str, size: Size) -> ResultTable:
    """All sales of a year, which is no page."""
    table = ResultTable("The sales of a year", ("of", "sales", "s"))
    begin = size.time_ms(0)
    for symbol in ("", PAIR):
        began = time.perf_counter()
        with HistoryDatabase.open(url) as database:
            wanted = Wanted(symbol, begin, begin + 365 * _DAY_MS)
            count = _count(tax_rows(database, PastProfit(database), wanted))
        table.rows.append((symbol or "all pairs", count, time.perf_counter() - began))
    return table


def _count(rows: Iterable[Mapping[str, object]]) -> int:
    return sum(1 for _ in rows)
