"""What lots earned, as rows and as sums of these rows."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal as D
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import Disposal, DisposalKind
from lotkeeper.trading.money import total
from lotkeeper.trading.reports.profit_entries import ProfitEntry, entries_of
from lotkeeper.trading.reports.profit_sums import ProfitSum, Span, period_of, sum_of
from persistence.profit_rows import entry_of, sum_of_row
from persistence.store import Store
from tests.lotkeeper.trading.world import MOVES, POLICIES, World
from tests.persistence.lots import SYMBOL, lot, record, sell, sold
from tests.persistence.older import without_version_6

UNHURRIED = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def entries(store: Store) -> list[ProfitEntry]:
    with store._transaction():
        return sorted(map(entry_of, store._entities.profit_entry.select()), key=repr)


def sums(store: Store) -> dict[tuple[str, str], ProfitSum]:
    with store._transaction():
        rows = list(store._entities.profit_sum.select())
        return {(row.period, row.symbol): sum_of_row(row) for row in rows if not sum_of_row(row).is_empty}


def count(store: Store) -> None:
    while store.count_lots(3):
        pass


def sums_of(lots: list[Lot]) -> dict[tuple[str, str], ProfitSum]:
    """The sums of these lots, the simple way."""
    found: dict[tuple[str, str], ProfitSum] = {}
    for each in (entry for one in lots for entry in entries_of(one)):
        for span in Span:
            key = period_of(span, each.time_ms), each.symbol
            found[key] = found.get(key, ProfitSum()) + sum_of([each])
    return {key: value for key, value in found.items() if not value.is_empty}


def check(store: Store, lots: list[Lot]) -> None:
    assert entries(store) == sorted((entry for one in lots for entry in entries_of(one)), key=repr)
    assert sums(store) == sums_of(lots)


def test_each_lot_is_counted_once(store: Store) -> None:
    record(store, sold(7), lot(20))
    assert (store.count_lots(10), store.count_lots(10)) == (2, 0)
    check(store, [sold(7), lot(20)])
    record(store, sold(7))
    count(store)
    check(store, [sold(7), lot(20)])


def test_what_is_learned_later_replaces_what_was_counted(store: Store) -> None:
    record(store, sold(7))
    count(store)
    more = replace(sold(7), sells=(*sold(7).sells, sell(8, 72, quantity=D("0.1"), quote_quantity=D(7000))))
    record(store, more)
    count(store)
    check(store, [more])


def test_a_manual_sale_that_was_one_of_ours_leaves_the_sums(store: Store) -> None:
    given = Disposal(SYMBOL, 7, DisposalKind.SOLD_BY_HAND, 9, 90, D("0.1"), D(5), D(6), 1_700_000_000_000)
    known = lot(7, disposals=(given,))
    record(store, known)
    count(store)
    check(store, [known])
    undone = lot(7, disposals=(replace(given, quantity=D(0), cost=D(0), proceeds=D(0)),))
    record(store, undone)
    count(store)
    check(store, [undone])
    assert all(not each.profit for each in sums(store).values())


def test_a_lot_that_contradicts_itself_keeps_no_other_from_being_counted(store: Store) -> None:
    huge = replace(sold(20), sells=(replace(sold(20).sells[0], quote_quantity=D("1e-600"), commission=D("1e600")),))
    record(store, sold(7), huge, sold(30))
    count(store)
    check(store, [sold(7), sold(30)])


@settings(max_examples=15, **UNHURRIED)
@given(seed=st.integers(0, 2**32), policy=st.sampled_from(POLICIES))
def test_the_sums_are_those_of_all_lots_whenever_they_are_counted(tmp_path_factory, seed, policy) -> None:
    store = Store.open(f"sqlite:///{tmp_path_factory.mktemp('db')}/lots.sqlite")
    world, dice = World(policy), Random(seed)
    known: dict[int, Lot] = {}
    for move in dice.choices(list(MOVES), list(MOVES.values()), k=40):
        move(world, dice)
        changed = [each for each in world.book.lots.values() if known.get(each.buy_order_id) is not each]
        known |= {each.buy_order_id: each for each in changed}
        record(store, *changed)
        if dice.random() < 0.3:
            store.count_lots(dice.randint(1, 5))
    count(store)
    stored = list(store.lots())
    check(store, stored)
    earned = total(each.profit for one in stored for each in entries_of(one))
    assert total(each.profit for (period, _), each in sums(store).items() if len(period) == 10) == earned
    store.close()


def test_the_lots_of_an_earlier_version_are_counted_after_its_migration(tmp_path: Path) -> None:
    path = tmp_path / "lots.sqlite"
    store = Store.open(f"sqlite:///{path}")
    record(store, sold(7), sold(20), lot(30))
    store.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        without_version_6(connection)
    store = Store.open(f"sqlite:///{path}")
    assert len(store.lots()) == 3
    assert sums(store) == {}
    count(store)
    check(store, [sold(7), sold(20), lot(30)])
    store.close()


def test_a_reopened_lot_has_no_entry_for_dust(store: Store) -> None:
    part = replace(sold(7), orders=(replace(sold(7).orders[0], quantity=D("0.3"), executed=D("0.3")),))
    record(store, part)
    count(store)
    again = replace(part, state=LotState.OPEN)
    record(store, again)
    count(store)
    check(store, [again])


def test_a_record_without_news_is_not_counted_again(store: Store) -> None:
    """A start records all lots once more; of thousands hardly one has changed."""
    record(store, lot(1), sold(2))
    assert store.count_lots(10) == 2
    record(store, lot(1), sold(2))
    assert store.count_lots(10) == 0
    record(store, replace(sold(2), reason="looked at again"))
    assert store.count_lots(10) == 1
