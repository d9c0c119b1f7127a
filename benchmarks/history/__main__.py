"""A database with a million orders and three million trades, on each engine: its pages, commands, writes, a start.

Run: python -m benchmarks.history [--engine NAME] [--lots N] [--pairs N] [--parts NAME ...] [--plans] [--json].
A lot has a BUY, a SELL and six trades. The databases are in temporary folders, and deleted at the end.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.history.commands import measure_commands
from benchmarks.history.databases import ENGINES, bytes_of, fill, new_database
from benchmarks.history.filling import Size
from benchmarks.history.loading import measure_start
from benchmarks.history.pages import measure_export, measure_pages
from benchmarks.history.plans import show_plans
from benchmarks.history.served import measure_status
from benchmarks.history.writing import measure_writes
from benchmarks.priority import prioritised
from benchmarks.results import ResultTable, show_results

Part = Callable[[str, Size], ResultTable]
PARTS: dict[str, Part] = {
    "pages": measure_pages,
    "export": measure_export,
    "commands": measure_commands,
    "start": measure_start,
    "status": measure_status,
    "writes": measure_writes,  # at the end: no exchange knows what it writes
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, action="append", help="all unless named")
    parser.add_argument("--lots", type=int, default=500_000)
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--open-lots", type=int, default=50, help="how many of them are not sold yet")
    parser.add_argument("--parts", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--plans", action="store_true", help="also show how the rows of each page are found")
    parser.add_argument("--priority", action="store_true", help="before all other work of the machine, as root")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    size = Size(arguments.lots, arguments.pairs, arguments.open_lots)
    for engine in arguments.engine or ENGINES:
        with (
            tempfile.TemporaryDirectory(prefix="lk-", dir="/tmp") as folder,
            new_database(engine, Path(folder)) as database,
        ):
            _fill(engine, database.url, size)
            if arguments.plans:
                show_plans(database.url, size)
            with prioritised(arguments.priority):
                database.restart()
                for name in arguments.parts:
                    show_results([_part(engine, PARTS[name], database.url, size)], as_json=arguments.json)


def _fill(engine: str, url: str, size: Size) -> None:
    began = time.monotonic()
    fill(url, size)
    took_s = time.monotonic() - began
    print(f"{engine}: {size.lots:,} lots in {took_s:.0f} s, {bytes_of(url) / 1e9:.2f} GB", file=sys.stderr, flush=True)


def _part(engine: str, part: Part, url: str, size: Size) -> ResultTable:
    table = part(url, size)
    table.title = f"{engine}: {table.title}"
    return table


if __name__ == "__main__":
    main()
