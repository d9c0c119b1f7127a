"""The Ledger notices within seconds that its files were deleted or replaced, says so, and writes them again."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.actors.ledger.test_actor import Bench
from tests.persistence import lots

SUFFIXES = ("", "-wal", "-shm")


@pytest.fixture
def bench(tmp_path):
    found = Bench(f"sqlite:///{tmp_path}/lots.sqlite")
    found.database = tmp_path / "lots.sqlite"
    found.record(lots.lot(7), lots.sold(20), cursor=300)
    return found


def delete(database: Path) -> None:
    for suffix in SUFFIXES:
        database.with_name(database.name + suffix).unlink()


def found_at_the_next_start(database: Path) -> tuple[list[int], int | None, int]:
    """The open lots, the cursor, and the number of closed lots."""
    later = Bench(f"sqlite:///{database}")
    loaded = later.load()
    later.desk.actor.on_exit()
    return [lot.buy_order_id for lot in loaded.lots], loaded.cursor, loaded.closed.lots


def test_deleted_files_are_written_again_within_seconds_and_that_is_said(bench, caplog):
    delete(bench.database)
    bench.record(lots.lot(9), number=2)
    assert "were deleted while the service ran: written again" in bench.trouble()
    assert caplog.text.count("written again") == 1
    bench.record(lots.lot(11), number=3)
    bench.desk.actor.on_exit()
    assert found_at_the_next_start(bench.database) == ([7, 9, 11], 300, 1)


def test_the_status_says_so_for_ten_minutes(bench):
    delete(bench.database)
    assert bench.trouble()
    bench.desk.advance(590.0)
    assert bench.trouble()
    bench.desk.advance(10.0)
    assert bench.trouble() == ""
    bench.desk.actor.on_exit()


def test_files_deleted_in_the_last_moment_are_written_again_by_a_clean_stop(bench):
    delete(bench.database)
    bench.desk.actor.on_exit()
    assert found_at_the_next_start(bench.database) == ([7], 300, 1)


def test_another_file_in_the_place_is_left_alone_until_it_is_moved_away(bench):
    delete(bench.database)
    with closing(sqlite3.connect(bench.database)) as another:
        another.execute("CREATE TABLE theirs (x)")
    bench.record(lots.lot(9), number=2)
    assert "another file was put in the place of the database" in bench.trouble()
    assert "another file" in bench.trouble()
    bench.database.unlink()
    assert "written again" in bench.trouble()
    bench.desk.actor.on_exit()
    assert found_at_the_next_start(bench.database) == ([7, 9], 300, 1)


def test_as_long_as_they_cannot_be_written_that_is_said_and_tried_again(bench):
    folder = bench.database.parent
    delete(bench.database)
    moved = folder.rename(folder.with_name("moved"))
    folder.touch()
    assert "cannot be written again" in bench.trouble()
    folder.unlink()
    assert "written again" in bench.trouble()
    moved.rmdir()
    bench.desk.actor.on_exit()
    assert found_at_the_next_start(bench.database) == ([7], 300, 1)
