"""The lots that pages show: read once from the database, and afterwards those that have changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lotkeeper.web.events.lots_mirror import LotsPlace
from lotkeeper.web.events.lots_reader import LotsReader
from messages.control import AskLotsChanged, LotsChanged
from persistence.records import PairRecord
from persistence.store import Store
from tests.actors.stage import TERMS
from tests.lotkeeper.service.test_configuration import write_config
from tests.persistence import lots

LOT, OTHER = lots.lot(7), lots.lot(20)


class Ledger:
    """Answers with what the test says."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.answer = LotsChanged(1000, 0, None)

    def __call__(self, message: object) -> LotsChanged:
        self.asked.append(message)
        return self.answer


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(write_config(tmp_path)[0].database)
    opened.record([PairRecord(TERMS)], 0)
    lots.record(opened, LOT, lots.sold(30))
    yield opened
    opened.close()


def test_all_at_first_and_then_what_was_recorded(store: Store, tmp_path: Path) -> None:
    ledger = Ledger()
    reader = LotsReader(write_config(tmp_path)[0], ledger)
    reader.look()()
    whole = reader.mirror.since(LotsPlace())
    assert whole is not None
    assert [(row["lot"], row["floor"] is not None) for row in whole.changed] == [(LOT.lot_id, True)]
    lots.record(store, OTHER)
    ledger.answer = LotsChanged(1000, 2, (OTHER.lot_id, lots.sold(30).lot_id))
    reader.look()()
    news = reader.mirror.since(whole.place)
    assert news is not None
    assert ([row["lot"] for row in news.changed], news.removed) == ([OTHER.lot_id], [])
    assert ledger.asked == [AskLotsChanged(), AskLotsChanged(1000, 0)]


def test_while_nothing_changes_the_database_is_not_looked_at(store: Store, tmp_path: Path) -> None:
    ledger = Ledger()
    reader = LotsReader(write_config(tmp_path)[0], ledger)
    reader.look()()
    store.close()
    for path in tmp_path.glob("*.sqlite*"):
        path.unlink()
    ledger.answer = LotsChanged(1000, 0, ())
    reader.look()()
    assert ledger.asked == [AskLotsChanged(), AskLotsChanged(1000, 0)]


def test_one_that_is_sold_is_removed_and_a_pair_on_other_terms_read_again(store: Store, tmp_path: Path) -> None:
    ledger = Ledger()
    reader = LotsReader(write_config(tmp_path)[0], ledger)
    reader.look()()
    place = reader.mirror.since(LotsPlace()).place  # type: ignore[union-attr]
    lots.record(store, lots.sold(7))
    ledger.answer = LotsChanged(1000, 3, (), (LOT.symbol,))
    reader.look()()
    news = reader.mirror.since(place)
    assert news is not None
    assert (list(news.changed), list(news.removed)) == ([], [LOT.lot_id])
