"""A copy of a database, on the same or the other engine: the same rows, and it goes on."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from persistence.copying import copy_database
from persistence.errors import StoreError
from persistence.history.check import check_tables
from persistence.history.database import HistoryDatabase
from persistence.records import CursorRecord, lot_entries
from persistence.store import Store
from tests.lotkeeper.trading.world import MOVES, POLICIES, World
from tests.persistence.lots import SYMBOL, lot, record, sold
from tests.postgresql.sharing import SharedServer


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/target.sqlite"
        return
    server: SharedServer = request.getfixturevalue("postgresql")
    url = server.empty_database()
    yield url
    server.drop(url)


def contents(url: str, tables: Iterator[str] | dict[str, int]) -> dict[str, list[str]]:
    with HistoryDatabase.open(url) as found:
        return {each: sorted(str(_plain(row)) for row in found.stream(f"SELECT * FROM {each}")) for each in tables}


def _plain(row) -> dict[str, object]:
    return {name: int(each) if isinstance(each, bool) else each for name, each in row._asdict().items()}


def fill(url: str) -> None:
    """What a pair goes through, and amounts of many digits."""
    store, world, dice = Store.open(url), World(POLICIES[0]), Random(3)
    for move in dice.choices(list(MOVES), list(MOVES.values()), k=60):
        move(world, dice)
    record(store, *world.book.lots.values(), *(lot(number) for number in range(600, 640)))
    record(store, sold(500, "34965.0000000000000000000000000000000001"))
    store.record([CursorRecord(SYMBOL, 10_000, 5)])
    store.take_lease()
    store.count_lots(30)  # some are not counted yet
    store.close()


def test_all_rows_are_the_same(database: str, target: str) -> None:
    fill(database)
    copied = copy_database(database, target)
    assert contents(database, copied.rows) == contents(target, copied.rows)
    assert all(copied.rows[each] for each in ("lots", "orders", "fills", "profit_entries", "closed_sums"))
    with HistoryDatabase.open(target) as found:
        assert check_tables(found).findings == ()


def test_it_goes_on_where_the_other_one_ended(database: str, target: str) -> None:
    fill(database)
    copy_database(database, target)
    before, after = Store.open(database), Store.open(target)
    assert after.lots() == before.lots()
    assert after.load_pair(SYMBOL) == before.load_pair(SYMBOL)
    after.record(lot_entries(lot(9_000)))
    assert after.lots()[0] == lot(9_000), "the newest comes first"
    assert after.take_lease() == before.take_lease()
    before.close()
    after.close()


def test_a_database_with_rows_is_refused_and_stays(database: str, target: str) -> None:
    fill(database)
    there = Store.open(target)
    record(there, lot(7))
    with pytest.raises(StoreError, match="is not empty"):
        copy_database(database, target)
    assert there.lots() == (lot(7),)
    there.close()


def test_a_database_is_not_copied_into_itself(database: str) -> None:
    fill(database)
    with pytest.raises(StoreError, match="cannot be copied into itself"):
        copy_database(database, database)
