"""The files of an open database are deleted, moved or replaced: that is seen, and what was in them is written again."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from persistence.engines.base import Presence
from persistence.errors import StoreError
from persistence.records import StateRecord
from persistence.store import Store
from tests.persistence.lots import SYMBOL, lot, record, sold

NAMES = ("lots.sqlite", "lots.sqlite-wal", "lots.sqlite-shm")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder / "lots.sqlite"


@pytest.fixture
def kept(place: Path) -> Store:
    """A store with an open lot and a closed one, of which some is in the WAL alone."""
    found = Store.open(f"sqlite:///{place}")
    found.take_lease()
    record(found, lot(7), sold(20))
    return found


def all_of(place: Path) -> tuple[object, ...]:
    """What a start finds in the file."""
    found = Store.open(f"sqlite:///{place}")
    content = (found.lots(), found.load_pair(SYMBOL).closed, found.state("lease"), found.state("later"))
    found.close()
    return content


def test_files_that_nobody_touched_are_whole(kept, place):
    assert kept.presence() is Presence.WHOLE
    other = Store.open(f"sqlite:///{place}")
    other.close()
    assert kept.presence() is Presence.WHOLE
    kept.close()


@pytest.mark.parametrize("names", [NAMES, NAMES[:1], NAMES[1:2], NAMES[2:]], ids=["all", "main", "wal", "shm"])
def test_what_was_deleted_is_written_again_with_what_was_recorded_since(kept, place, names):
    for name in names:
        (place.parent / name).unlink()
    assert kept.presence() is Presence.DELETED
    kept.record([StateRecord("later", "yes")])
    before = (kept.lots(), kept.load_pair(SYMBOL).closed, "1", "yes")
    kept.write_again()
    assert all_of(place) == before
    assert place.stat().st_mode & 0o777 == 0o600
    assert {each.name for each in place.parent.iterdir()} == {place.name}


def test_a_folder_that_was_deleted_is_made_again(kept, place):
    before = kept.lots()
    shutil.rmtree(place.parent)
    assert kept.presence() is Presence.DELETED
    kept.write_again()
    assert all_of(place)[0] == before


def test_files_that_were_moved_away_are_left_there(kept, place, tmp_path):
    for name in NAMES:
        (place.parent / name).rename(tmp_path / name)
    assert kept.presence() is Presence.DELETED
    kept.write_again()
    assert len(all_of(place)[0]) == 2
    assert (tmp_path / "lots.sqlite").exists()


def test_another_database_in_its_place_is_not_touched(kept, place):
    for name in NAMES:
        (place.parent / name).unlink()
    with closing(sqlite3.connect(place)) as another:
        another.execute("CREATE TABLE theirs (x)")
    assert kept.presence() is Presence.REPLACED
    kept.close()


def test_an_empty_file_in_its_place_is_none(kept, place):
    place.unlink()
    place.touch()
    assert kept.presence() is Presence.DELETED
    kept.write_again()
    assert len(all_of(place)[0]) == 2


def test_where_nothing_can_be_written_the_records_stay_open(kept, place):
    shutil.rmtree(place.parent)
    place.parent.touch()  # a file where the folder was
    with pytest.raises(StoreError):
        kept.write_again()
    place.parent.unlink()
    kept.write_again()
    assert len(all_of(place)[0]) == 2
