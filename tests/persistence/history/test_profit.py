"""What was earned, read from a database that the Ledger has counted in part."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal as D
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import total
from lotkeeper.trading.reports.profit import realised_profit
from lotkeeper.trading.reports.profit_entries import entries_of
from lotkeeper.trading.reports.profit_sums import ProfitSum, sum_of
from persistence.history.database import HistoryDatabase
from persistence.history.profit import PastProfit
from persistence.history.wanted import Wanted
from persistence.store import Store
from tests.lotkeeper.trading.world import MOVES, POLICIES, World
from tests.persistence.lots import lot, record, sold

ALL = ("", "", "9999")


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), policy=st.sampled_from(POLICIES))
def test_rows_days_months_and_lots_have_the_same_profit(tmp_path_factory, seed, policy) -> None:
    """Whatever a pair went through, and however much of it the Ledger has counted."""
    url = f"sqlite:///{tmp_path_factory.mktemp('db')}/lots.sqlite"
    store, world, dice = Store.open(url), World(policy), Random(seed)
    for move in dice.choices(list(MOVES), list(MOVES.values()), k=40):
        move(world, dice)
        if dice.random() < 0.2:
            record(store, *world.book.lots.values())
            store.count_lots(3)
    record(store, *world.book.lots.values(), sold(10**6))
    lots = store.lots()
    with HistoryDatabase.open(url) as database:
        found = PastProfit(database)
        entries = list(found.entries(Wanted()))
        earned = total(each.profit for each in entries)
        assert earned == total(each.profit for one in lots for each in entries_of(one))
        assert earned == total(map(realised_profit, lots)) + total(
            each.by_hand for each in found.by_pair(*ALL).values()
        )
        for sums in (found.by_pair(*ALL), found.by_month(*ALL), found.by_day(*ALL, 10_000)):
            assert total(each.profit for each in sums.values()) == earned
    assert entries == sorted(entries, key=lambda each: each.time_ms)
    store.close()


def on(day: str, number: int) -> Lot:
    """A lot that was bought and sold at noon of that day (UTC)."""
    noon_ms = int(datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC).timestamp() * 1000)
    known = sold(number)
    buys, sells = (tuple(replace(fill, time_ms=noon_ms) for fill in fills) for fills in (known.buys, known.sells))
    return replace(known, buys=buys, sells=sells)


DAYS = [f"2026-{month:02}-{day:02}" for month in range(1, 5) for day in (1, 15, 28)]


@pytest.mark.parametrize("counted", [0, 5, 12])
@given(data=st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_days_are_added_up_from_months_and_days(tmp_path_factory, counted, data) -> None:
    url = f"sqlite:///{tmp_path_factory.mktemp('db')}/lots.sqlite"
    store = Store.open(url)
    lots = {day: on(day, 10 * number) for number, day in enumerate(DAYS, 1)}
    record(store, *lots.values())
    store.count_lots(counted)
    bounds = st.sampled_from(["", "9999", *DAYS, "2026-02-02", "2026-03-31"])
    first, last = sorted((data.draw(bounds), data.draw(bounds)))
    wanted = {day: each for day, each in lots.items() if first <= day <= last}
    expected = sum((sum_of(entries_of(each)) for each in wanted.values()), ProfitSum())
    with HistoryDatabase.open(url) as database:
        found = PastProfit(database)
        assert sum(found.by_pair("", first, last).values(), ProfitSum()) == expected
        assert sum(found.by_month("", first, last).values(), ProfitSum()) == expected
        assert [day for day, _ in found.by_day("", first, last, 100)] == sorted(wanted, reverse=True)
        assert [day for day, _ in found.by_day("", first, last, 2)] == sorted(wanted, reverse=True)[:2]
    store.close()


def test_of_one_pair(store: Store) -> None:
    record(store, sold(7))
    with HistoryDatabase(store._engine) as database:
        found = PastProfit(database)
        assert list(found.by_pair("BTCUSDT", "", "9999")) == [("BTCUSDT", "USDT")]
        assert found.by_pair("ETHUSDT", "", "9999") == {}
        assert list(found.entries(Wanted(symbol="ETHUSDT"))) == []


def test_too_many_lots_are_left_to_the_ledger(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("persistence.history.profit.MOST_UNCOUNTED", 2)
    record(store, sold(7), sold(20), lot(30))
    with HistoryDatabase(store._engine) as database:
        assert PastProfit(database).uncounted.lots == 3
    store.count_lots(1)
    with HistoryDatabase(store._engine) as database:
        found = PastProfit(database)
        assert found.uncounted.lots == 0
        earned = D("34965") - D("34.965") - D("32000.05")
        assert found.by_pair(*ALL)["BTCUSDT", "USDT"].profit == 2 * earned
