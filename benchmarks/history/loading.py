"""What the Ledger does with a database at a start: it opens it, and loads each pair."""

import time

from benchmarks.history.filling import Size
from benchmarks.results import ResultTable, quantile
from persistence.store import Store


def measure_start(url: str, size: Size) -> ResultTable:
    table = ResultTable("A start", ("step", "ms"))
    began = time.perf_counter()
    store = Store.open(url)
    table.rows.append(("open", _ms_since(began)))
    for turn in ("all pairs loaded", "all pairs loaded again"):
        times = [_timed_load(store, symbol) for symbol in size.symbols]
        table.rows.append((turn, sum(times)))
        table.rows.append((f"{turn}: the median of a pair", quantile(times, 0.5)))
    began = time.perf_counter()
    store.count_lots(100)
    table.rows.append(("count nothing", _ms_since(began)))
    store.close()
    return table


def _timed_load(store: Store, symbol: str) -> float:
    began = time.perf_counter()
    store.load_pair(symbol)
    return _ms_since(began)


def _ms_since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
