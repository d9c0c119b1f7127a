"""A page of each history of a database with a million orders and three million trades, and what a start reads.

Run: python -m benchmarks.history [--lots N] [--pairs N] [--plans] [--json]. A lot has a BUY, a SELL and six trades.
`--plans` shows how SQLite finds the rows of each query. The database is in a temporary folder, and deleted at the end.
"""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from benchmarks.history.filling import Size, fill
from benchmarks.results import ResultTable, quantile, show_results
from cli.history.profit_document import profit_document
from persistence.history import database as reading
from persistence.history.database import HistoryDatabase, with_positions
from persistence.history.fills import read_fills
from persistence.history.lots import read_lots
from persistence.history.orders import read_orders
from persistence.history.profit import PastProfit
from persistence.history.wanted import Wanted
from persistence.store import Store

_ROUNDS = 20
_PAIR = "C007USDT"
_DAY_MS = 86_400_000
Page = Callable[[HistoryDatabase], object]


def pages(size: Size) -> dict[str, Page]:
    """What is asked, by its name in the table: the first page and one in the middle, of all pairs and of one."""
    middle = size.time_ms(size.lots // 2)
    number = size.lots // 2 - size.lots // 2 % size.pairs + 7 % size.pairs
    fill_key = f"{size.time_ms(number)}/{size.symbol(number)}/{6 * number}/BUY"
    order_key = f"{size.time_ms(number)}/SELL/{size.symbol(number)}/{number}/1"
    lot_key, part = f"{size.symbol(number)}-{number}", (middle, middle + 30 * _DAY_MS)
    closed, refused = frozenset({"CLOSED"}), frozenset({"REFUSED"})
    return {
        "fills": lambda db: read_fills(db, Wanted()),
        "fills of a pair": lambda db: read_fills(db, Wanted(_PAIR)),
        "fills, in the middle": lambda db: read_fills(db, Wanted(before=fill_key)),
        "fills of a pair, in the middle": lambda db: read_fills(db, Wanted(_PAIR, before=fill_key)),
        "fills of a pair, of a month": lambda db: read_fills(db, Wanted(_PAIR, *part)),
        "orders": lambda db: read_orders(db, Wanted()),
        "orders of a pair, in the middle": lambda db: read_orders(db, Wanted(_PAIR, before=order_key)),
        "orders in a state that none has": lambda db: read_orders(db, Wanted(states=refused)),
        "orders of a pair in such a state": lambda db: read_orders(db, Wanted(_PAIR, states=refused)),
        "orders, open": lambda db: read_orders(db, Wanted(states=frozenset({"OPEN", "NEW"}))),
        "lots, open": lambda db: read_lots(db, Wanted(states=frozenset({"OPEN", "SELLING", "PARKED"}))),
        "lots": lambda db: read_lots(db, Wanted()),
        "lots of a pair, in the middle": lambda db: read_lots(db, Wanted(_PAIR, before=lot_key)),
        "lots, closed, of a month": lambda db: read_lots(db, Wanted("", *part, closed)),
        "profit by pair": lambda db: profit_document(PastProfit(db), "pair", "", (None, None), 50),
        "profit by month": lambda db: profit_document(PastProfit(db), "month", "", (None, None), 50),
        "profit by day": lambda db: profit_document(PastProfit(db), "day", "", (None, None), 50),
        "profit by day, of a pair": lambda db: profit_document(PastProfit(db), "day", _PAIR, (None, None), 50),
        "profit of 30 days": lambda db: profit_document(
            PastProfit(db), "pair", "", (middle, middle + 30 * _DAY_MS), 50
        ),
    }


def measure(url: str, size: Size) -> ResultTable:
    columns = ("page", "median ms", "slowest ms", "processor ms")
    table = ResultTable("A page of 50 rows, each with a new connection", columns)
    for name, page in pages(size).items():
        times = [_timed(url, page) for _ in range(_ROUNDS)]
        walls, used = zip(*times, strict=True)
        table.rows.append((name, quantile(walls, 0.5), max(walls), quantile(used, 0.5)))
    return table


def _timed(url: str, page: Page) -> tuple[float, float]:
    """By the wall clock, and of the processor."""
    began, used = time.perf_counter(), time.process_time()
    with HistoryDatabase.open(url) as database:
        page(database)
    return (time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000


def measure_start(url: str, size: Size) -> ResultTable:
    """What the Ledger does at a start: it opens the database, and loads each pair."""
    table = ResultTable("A start", ("step", "ms"))
    began = time.perf_counter()
    store = Store.open(url)
    table.rows.append(("open", (time.perf_counter() - began) * 1000))
    for number in (0, 1):
        began = time.perf_counter()
        store.load_pair(size.symbol(number))
        table.rows.append((f"load pair {number + 1} of {size.pairs}", (time.perf_counter() - began) * 1000))
    began = time.perf_counter()
    store.count_lots(100)
    table.rows.append(("count nothing", (time.perf_counter() - began) * 1000))
    store.close()
    return table


def show_plans(path: Path, url: str, size: Size) -> None:
    """How SQLite finds the rows: a SCAN without an index, or a TEMP B-TREE over many rows, makes a page slow."""
    seen: list[tuple[str, list[object]]] = []

    def noting(query: str, values: object, parameter: str) -> tuple[str, list[object]]:
        seen.append(with_positions(query, values, parameter))  # type: ignore[arg-type]
        return seen[-1]

    reading.with_positions = noting
    with closing(sqlite3.connect(path)) as connection:
        for name, page in pages(size).items():
            seen.clear()
            _timed(url, page)
            print(f"\n{name}")
            for query, values in {each[0]: each for each in seen}.values():
                for row in connection.execute(f"EXPLAIN QUERY PLAN {query}", values):
                    print("  ", row[3])
    reading.with_positions = with_positions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lots", type=int, default=500_000)
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--plans", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    size = Size(arguments.lots, arguments.pairs)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lots.sqlite"
        url = f"sqlite:///{path}"
        fill(path, size)
        if arguments.plans:
            show_plans(path, url, size)
        show_results([measure(url, size), measure_start(url, size)], as_json=arguments.json)


if __name__ == "__main__":
    main()
