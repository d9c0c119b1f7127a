"""Every database that an earlier version wrote is brought to the newest schema, with all that stands in it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal as D
from pathlib import Path

import pytest

from lotkeeper.trading.buying.purchase import PurchaseWish
from lotkeeper.trading.lots.instructions import PriceKind
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import HoldReason, LotState
from lotkeeper.trading.lots.transfers import CostMove, Disposal, DisposalKind
from lotkeeper.trading.orders.trails import Trail
from persistence.engines.choice import engine_of
from persistence.history_starts import HistoryStarts
from persistence.migrations import steps_from
from persistence.records import lot_entries
from persistence.schema import SCHEMA_KEY, SCHEMA_VERSION
from persistence.store import Store
from tests.persistence.lots import SYMBOL, lot, order, sold
from tests.persistence.schemas import POSTGRESQL, SQLITE, script
from tests.postgresql.sharing import SharedServer

EACH = [("sqlite", version) for version in SQLITE] + [("postgresql", version) for version in POSTGRESQL]
Old = tuple[str, int]


@pytest.fixture(params=EACH, ids=lambda each: f"{each[0]}-{each[1]}")
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Old]:
    """The address of a database of an earlier version, and that version."""
    engine, version = request.param
    if engine == "sqlite":
        with closing(sqlite3.connect(tmp_path / "lots.sqlite")) as connection:
            connection.executescript(script(version))
        yield f"sqlite:///{tmp_path}/lots.sqlite", version
        return
    server: SharedServer = request.getfixturevalue("postgresql")
    url = server.empty_database()
    with closing(engine_of(url).connect()) as connection, connection, connection.cursor() as cursor:
        cursor.execute(script(version, ".postgresql.sql"))
    yield url, version
    server.drop(url)


def expected(version: int) -> list[Lot]:
    """The lots that the program of that version recorded."""
    found = [lot(7), sold(2)]
    if version >= 3:
        sale = Disposal(SYMBOL, 9, DisposalKind.SOLD_BY_HAND, 501, 90, D("0.1"), D(6000), D("6100.5"), 1_000)
        found.append(replace(lot(9), disposals=(sale,)))
    if version >= 4:
        found.append(lot(11, state=LotState.HELD, reason="cancelled by hand", hold=HoldReason.CANCELLED_BY_HAND))
    if version >= 5:
        found.append(replace(lot(13), orders=(replace(order(13), trail=Trail(150, D("70000.10"))),)))
    if version >= 6:
        move = CostMove(SYMBOL, 19, 17, 1, D(100), 1_700_000_000_500)
        found.append(replace(lot(17), break_even_ms=1_700_000_000_400, cost_moves=(move,)))
    return found


def test_each_schema_that_was_released_has_its_file() -> None:
    assert set(range(1, SCHEMA_VERSION)) <= set(SQLITE)
    assert min(POSTGRESQL) == 5


def test_all_that_stood_in_it_is_there(old: Old) -> None:
    url, version = old
    store = Store.open(url)
    assert store.state(SCHEMA_KEY) == str(SCHEMA_VERSION)
    known = {each.buy_order_id: each for each in store.lots()}
    for each in expected(version):
        assert known[each.buy_order_id] == each
    assert (store.cursor(SYMBOL), store.state("paused:BTCUSDT")) == (21, "yes")
    store.close()


@pytest.mark.parametrize("old", [each for each in EACH if each[1] >= 5], indirect=True, ids=str)
def test_what_version_5_knew_first_is_there(old: Old) -> None:
    store = Store.open(old[0])
    found = store.lot(f"{SYMBOL}-15")
    assert found is not None
    (asked,) = found.instructions
    assert (asked.kind, asked.price, asked.is_whole, asked.who) == (PriceKind.AT, D(70000), True, "alice")
    wish = PurchaseWish(None, None, D(50), 1_700_000_000_000, "alice", "monthly")
    assert not store.find_or_record_purchase(SYMBOL, wish, is_again=False)[1]
    store.close()


def test_the_sums_of_its_closed_lots_are_exact(old: Old) -> None:
    store = Store.open(old[0])
    closed = store.load_pair(SYMBOL).closed
    assert (closed.lots, closed.realised_profit, closed.fees_quote) == (1, D("2929.985"), D("66.96505"))
    assert closed.fees == (("BTC", D("0.0005")), ("USDT", D("34.965")))
    store.close()


@pytest.mark.parametrize("first", [Store.open, HistoryStarts.open], ids=["store", "a start"])
def test_it_takes_new_records(old: Old, first: Callable[[str], object]) -> None:
    opened = first(old[0])
    if isinstance(opened, Store):
        opened.close()
    store = Store.open(old[0])
    store.record(lot_entries(lot(100)))
    store.take_lease()
    assert store.lot(f"{SYMBOL}-100") == lot(100)
    assert store.lots()[0] == lot(100), "the newest record comes first"
    store.close()


def test_it_says_what_it_will_do(old: Old) -> None:
    url, version = old
    engine = engine_of(url)
    assert engine.version() == str(version)
    steps = steps_from(str(version))
    assert [step.version for step in steps] == list(range(version, SCHEMA_VERSION))
    assert all(step.changes for step in steps)
    assert engine.version() == str(version), "nothing was changed"
