"""What open pages cost the HTTP server while 10,000 lots are open: processor time, and the size of the events.

Run: python -m benchmarks.open_pages [LOTS]
"""

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, cast

from benchmarks.results import ResultTable, show_results
from lotkeeper.service.documents.recorded import open_lots, open_lots_of
from lotkeeper.web.events.hub import Hub
from lotkeeper.web.events.lots_mirror import LotsMirror
from lotkeeper.web.events.page import Page
from lotkeeper.web.events.status_mirror import StatusMirror
from lotkeeper.web.events.topics import Topics
from persistence.history.database import HistoryDatabase
from persistence.records import PairRecord, lot_entries
from persistence.store import Store
from tests.actors.stage import TERMS
from tests.persistence import lots

_FIRST, _AT_ONCE = 10, 500
_LOOKS = 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lots", nargs="?", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder)}/lots.sqlite"
        _record(url, options.lots)
        show_results(
            [ResultTable(f"{options.lots} open lots", ("step", "ms", "bytes"), list(_steps(url)))], as_json=options.json
        )


def _record(url: str, count: int) -> None:
    store = Store.open(url)
    store.record([PairRecord(TERMS)], 0)
    for start in range(_FIRST, _FIRST + count, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, _FIRST + count))
        store.record([entry for number in numbers for entry in lot_entries(_lot(number))], 0)
    store.close()


def _lot(number: int) -> Any:
    lot = lots.lot(number)
    return replace(lot, buys=tuple(replace(fill, trade_id=number) for fill in lot.buys))


def _steps(url: str) -> Iterator[tuple[str, float, int]]:
    with HistoryDatabase.open(url) as database:
        rows, whole_ms = _timed(lambda: open_lots(database))
        yield "read all lots, once", whole_ms, 0
        _, one_ms = _timed(lambda: open_lots_of(database, [rows[0]["lot"]]))
        yield "read one that has changed", one_ms, 0
    mirror = LotsMirror()
    mirror.replace(rows)
    page = Page(cast(Hub, SimpleNamespace(topics=Topics(), status=StatusMirror(), mirror=mirror, bids={})))
    events, begin_ms = _timed(lambda: list(page.due()))
    yield "a page is opened", begin_ms, sum(map(len, events))
    _, nothing_ms = _timed(lambda: [list(page.due()) for _ in range(_LOOKS)])
    yield "nothing has changed", nothing_ms / _LOOKS, 0
    mirror.update([{**rows[0], "state": "HELD"}], [])
    events, changed_ms = _timed(lambda: list(page.due()))
    yield "one has changed", changed_ms, sum(map(len, events))


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What it returns, and its processor time in milliseconds."""
    begun = time.process_time()
    found = work()
    return found, round((time.process_time() - begun) * 1000, 3)


if __name__ == "__main__":
    main()
