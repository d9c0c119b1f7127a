"""Records that wait: in order, in the first place that takes them, and written by their own service alone."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

from lotkeeper.trading.lots.transfers import DustTransfer
from persistence.backlog import file
from persistence.backlog.backlog import Backlog, Draining
from persistence.errors import StoreError
from persistence.records import CursorRecord, DustTransferRecord, StateRecord, lot_entries
from persistence.store import Store
from tests.persistence.lots import SYMBOL, lot

KEY = "own-coins:BTCUSDT"


@pytest.fixture
def store(tmp_path: Path):
    opened = Store.open(f"sqlite:///{tmp_path}/lots.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def places(tmp_path: Path) -> list[str]:
    return [str(tmp_path / "first" / "a.backlog"), str(tmp_path / "second" / "b.backlog")]


def drained(backlog: Backlog, store: Store) -> list[Draining]:
    steps = [backlog.drain(store)]
    while steps[-1] is Draining.MORE:
        steps.append(backlog.drain(store))
    return steps


def test_what_waits_is_written_in_its_order_and_the_file_is_gone(store: Store, places: list[str]) -> None:
    backlog = Backlog(places)
    assert backlog.drain(store) is Draining.NOTHING
    for number in range(120):
        assert backlog.keep([StateRecord(KEY, str(number)), *lot_entries(lot(number + 1))])
    assert backlog.waiting.records == 120
    assert backlog.waiting.bytes == os.path.getsize(places[0])
    assert drained(backlog, store) == [Draining.MORE, Draining.MORE, Draining.DONE]
    assert store.state(KEY) == "119"
    assert len(store.lots()) == 120
    assert backlog.is_empty
    assert not any(map(os.path.exists, places))


def test_only_this_user_can_read_it(places: list[str]) -> None:
    Backlog(places).keep([StateRecord(KEY, "1")])
    assert os.stat(places[0]).st_mode & 0o777 == 0o600


def test_a_process_that_ends_leaves_it_to_the_next(store: Store, places: list[str]) -> None:
    Backlog(places, lease=4).keep([StateRecord(KEY, "1")])
    with open(places[0], "ab") as torn:
        torn.write(b"0123abcd [[")
    same = Backlog(places, lease=4)
    assert same.find() == []
    assert same.waiting.records == 1
    same.keep([StateRecord(KEY, "2")])
    same.close()
    later = Backlog(places, lease=5)
    assert later.find() == []
    assert later.waiting.records == 2
    assert drained(later, store) == [Draining.DONE]
    assert store.state(KEY) == "2"


@pytest.mark.parametrize("lease", [3, 6])
def test_after_another_service_has_used_the_database_it_is_set_aside(
    store: Store, places: list[str], lease: int
) -> None:
    Backlog(places, lease=4).keep([StateRecord(KEY, "1")])
    later = Backlog(places, lease)
    (sentence,) = later.find()
    assert "1 records that waited for the database are not written: another lotkeeper has used it since" in sentence
    assert later.is_empty
    assert Path(f"{places[0]}.lease-4").exists()
    assert later.keep([StateRecord(KEY, "2")])
    later.drain(store)
    assert store.state(KEY) == "2"


def test_where_the_first_place_is_full_the_next_takes_over_and_order_is_kept(
    store: Store, places: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    backlog = Backlog(places)
    assert backlog.keep([StateRecord(KEY, "1")])
    monkeypatch.setattr(file, "MOST_BYTES", backlog.waiting.bytes)
    assert not backlog.keep([StateRecord(KEY, "x" * 1000)])
    assert "has reached" in backlog.waiting.refused
    monkeypatch.setattr(file, "MOST_BYTES", 1000)
    assert not backlog.keep([StateRecord(KEY, "x" * 2000)])
    monkeypatch.setattr(file, "MOST_BYTES", 10_000)
    assert backlog.keep([StateRecord(KEY, "2")])
    assert backlog.waiting.place == places[1]
    assert backlog.waiting.refused == ""
    assert drained(backlog, store) == [Draining.MORE, Draining.DONE]
    assert store.state(KEY) == "2"


def test_without_a_place_nothing_is_kept() -> None:
    assert not Backlog().keep([StateRecord(KEY, "1")])


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    backlog = Backlog([str(tmp_path / "file" / "a.backlog")])
    assert not backlog.keep([StateRecord(KEY, "1")])
    assert "File exists" in backlog.waiting.refused


def test_a_file_of_somebody_else_is_left_alone(store: Store, places: list[str]) -> None:
    Path(places[0]).parent.mkdir()
    Path(places[0]).write_text("theirs")
    backlog = Backlog(places)
    (sentence,) = backlog.find()
    assert "cannot be read, and nothing is put there" in sentence
    assert backlog.keep([StateRecord(KEY, "1")])
    assert backlog.waiting.place == places[1]
    assert Path(places[0]).read_text() == "theirs"


def test_while_the_database_fails_it_waits(store: Store, places: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    backlog = Backlog(places)
    backlog.keep([StateRecord(KEY, "1")])

    def fails(*_: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(store, "record", fails)
        with pytest.raises(StoreError):
            backlog.drain(store)
    assert backlog.waiting.records == 1
    assert drained(backlog, store) == [Draining.DONE]


def test_the_cursor_never_comes_from_a_file(store: Store, places: list[str]) -> None:
    backlog = Backlog(places)
    backlog.keep([StateRecord(KEY, "1"), CursorRecord(SYMBOL, 5, 1)])
    drained(backlog, store)
    assert store.cursor(SYMBOL) is None


def test_a_file_that_is_damaged_meanwhile_is_given_up_and_kept(store: Store, places: list[str]) -> None:
    backlog = Backlog(places)
    backlog.keep([StateRecord(KEY, "1")])
    whole = Path(places[0]).read_bytes()
    Path(places[0]).write_bytes(whole.replace(b"StateRecord", b"StateRecorx"))
    assert drained(backlog, store) == [Draining.DONE]
    assert "cannot be read any more" in backlog.lost
    assert store.state(KEY) is None
    assert Path(f"{places[0]}.lease-0").exists()


def transfer(generation: int) -> DustTransferRecord:
    return DustTransferRecord(DustTransfer(SYMBOL, 1, 2, generation, Decimal("0.0001"), Decimal(6), 1_700_000_000_000))


def transfers(store: Store) -> set[int]:
    """The generations of those in the database."""
    return {each.generation for found in store.lots() for each in found.dust_taken}


@pytest.mark.parametrize("is_restarted", [False, True])
def test_of_dust_the_word_of_the_keeper_counts_that_began_without_what_waits(
    store: Store, places: list[str], is_restarted: bool
) -> None:
    backlog = Backlog(places)
    backlog.keep([*lot_entries(lot(1)), *lot_entries(lot(2)), transfer(1), StateRecord(KEY, "before")])
    backlog.supersede(SYMBOL)
    backlog.keep([transfer(2), StateRecord(KEY, "after")])
    if is_restarted:
        backlog.close()
        backlog = Backlog(places)
        assert backlog.find() == []
    assert drained(backlog, store) == [Draining.DONE]
    assert transfers(store) == {2}
    assert store.state(KEY) == "after"
    assert len(store.lots()) == 2


def test_the_dust_of_other_pairs_is_written(store: Store, places: list[str]) -> None:
    backlog = Backlog(places)
    backlog.keep([*lot_entries(lot(1)), *lot_entries(lot(2)), transfer(1)])
    backlog.supersede("ETHUSDT")
    drained(backlog, store)
    assert transfers(store) == {1}


def test_what_waits_in_both_places_is_superseded(store: Store, places: list[str], monkeypatch) -> None:
    backlog = Backlog(places)
    backlog.keep([*lot_entries(lot(1)), *lot_entries(lot(2)), transfer(1)])
    monkeypatch.setattr(file, "MOST_BYTES", backlog.waiting.bytes)
    backlog.keep([transfer(2)])
    assert os.path.exists(places[1])
    backlog.supersede(SYMBOL)
    monkeypatch.setattr(file, "MOST_BYTES", 2**20)
    backlog.keep([transfer(3)])
    drained(backlog, store)
    assert transfers(store) == {3}
