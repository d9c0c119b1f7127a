"""What was earned over time."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from lotkeeper.service.documents.profit_series import profit_series
from lotkeeper.trading.lots.lot import Lot
from persistence.history.database import HistoryDatabase
from persistence.history.profit import PastProfit
from persistence.store import Store
from tests.persistence import lots

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
EARNED = D("34965") - D("34.965") - D("32000.05")  # of one lot
DAY_2023_11_14_MS = 1_699_920_000_000


def later(known: Lot, ms: int) -> Lot:
    """The lot, sold so much later."""
    return replace(known, sells=tuple(replace(each, time_ms=each.time_ms + ms) for each in known.sells))


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """Sold on the 14th of November, twice on the 15th; the last is not counted by the Ledger yet."""
    found = f"sqlite:///{tmp_path}/lots.sqlite"
    store = Store.open(found)
    lots.record(store, lots.sold(7), later(lots.sold(20), DAY_MS))
    while store.count_lots(2):
        pass
    lots.record(store, later(lots.sold(30), DAY_MS + HOUR_MS))
    yield found
    store.close()


def points(url: str, by: str, *times: int | None) -> list[tuple[int, D]]:
    with HistoryDatabase.open(url) as database:
        document: Any = profit_series(PastProfit(database), by, "", *times)
    (series,) = document["series"]
    assert (document["by"], series["pair"], series["quote"]) == (by, "BTCUSDT", "USDT")
    return [(at_ms, D(profit)) for at_ms, profit in series["points"]]


def test_by_day_it_adds_up(url: str) -> None:
    first = DAY_2023_11_14_MS
    assert points(url, "day", None, None) == [(first, EARNED), (first + DAY_MS, 3 * EARNED)]
    assert points(url, "day", first + DAY_MS, None) == [(first + DAY_MS, 2 * EARNED)]
    assert points(url, "day", None, first + DAY_MS) == [(first, EARNED)]


def test_by_hour_too(url: str) -> None:
    found = points(url, "hour", 0, 2 * DAY_2023_11_14_MS)
    assert [profit for _, profit in found] == [EARNED, 2 * EARNED, 3 * EARNED]
    assert found[2][0] - found[1][0] == HOUR_MS
    assert all(at_ms % HOUR_MS == 0 for at_ms, _ in found)
