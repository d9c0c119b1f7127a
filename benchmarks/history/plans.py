"""How the engine finds the rows of each page: a scan without an index, or a sort of many rows, makes a page slow."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from benchmarks.history.filling import Size
from benchmarks.history.pages import pages, timed
from lotkeeper.database_url import is_postgresql
from persistence.engines.choice import engine_of
from persistence.history import database as reading
from persistence.history.database import with_positions


def show_plans(url: str, size: Size) -> None:
    seen: dict[str, Sequence[object]] = {}

    def noting(query: str, values: Mapping[str, Any], parameter: str) -> tuple[str, list[Any]]:
        text, ordered = with_positions(query, values, parameter)
        seen[text] = ordered
        return text, ordered

    reading.with_positions = noting
    try:
        for name, page in pages(size).items():
            seen.clear()
            timed(url, page)
            print(f"\n{name}")
            for text, values in seen.items():
                for line in _plan(url, text, values):
                    print("  ", line)
    finally:
        reading.with_positions = with_positions


def _plan(url: str, query: str, values: Sequence[object]) -> list[str]:
    with closing(engine_of(url).connect()) as connection, closing(connection.cursor()) as cursor:
        if is_postgresql(url):
            cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF) {query}", values)
            return [text for (text,) in cursor.fetchall()]
        return [row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {query}", values)]
