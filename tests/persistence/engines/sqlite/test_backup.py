"""Copies of a database that is in use, and their return."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from persistence.engines.sqlite.backup import backup, check_copy, restore
from persistence.errors import StoreError
from persistence.store import Store
from tests.persistence.lots import lot, record, sold


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "lots.sqlite"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "copy.sqlite"


def lots_of(path: Path) -> set[str]:
    store = Store.open(f"sqlite:///{path}")
    found = {each.lot_id for each in store.lots()}
    store.close()
    return found


def test_a_copy_has_all_that_is_recorded_though_the_database_is_in_use(place: Path, target: Path) -> None:
    store = Store.open(f"sqlite:///{place}")
    record(store, lot(7), sold(20))
    found = backup(place, target)
    assert (found.path, found.lots, found.trades, found.bytes) == (target, 2, 3, target.stat().st_size)
    record(store, lot(30))
    assert lots_of(target) == {"BTCUSDT-7", "BTCUSDT-20"}
    store.close()


def test_it_is_one_file_of_its_owner_alone(place: Path, target: Path, tmp_path: Path) -> None:
    Store.open(f"sqlite:///{place}").close()
    backup(place, target)
    assert target.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(f"file:{target}?mode=ro", uri=True)) as connection:
        connection.execute("SELECT * FROM lots").fetchall()
        assert sorted(each.name for each in tmp_path.iterdir() if "copy" in each.name) == ["copy.sqlite"]


def test_what_is_there_is_not_overwritten(place: Path, target: Path) -> None:
    Store.open(f"sqlite:///{place}").close()
    target.write_text("mine")
    with pytest.raises(StoreError, match="exists, and is not overwritten"):
        backup(place, target)
    assert target.read_text() == "mine"


def test_while_records_are_written_it_is_of_one_moment(place: Path, target: Path) -> None:
    """A writer changes two rows at a time: a copy that has one of them alone would not be whole."""
    store = Store.open(f"sqlite:///{place}")
    store.close()
    writing = (
        "import sys, itertools; from persistence.store import Store; from persistence.records import StateRecord\n"
        "store = Store.open(sys.argv[1])\n"
        "for n in itertools.count(): store.record([StateRecord('a', str(n)), StateRecord('b', str(n))])"
    )
    writer = subprocess.Popen([sys.executable, "-c", writing, f"sqlite:///{place}"])
    try:
        for number in range(20):
            copy = target.with_name(f"copy-{number}.sqlite")
            backup(place, copy)
            with closing(sqlite3.connect(copy)) as connection:
                rows = dict(connection.execute("SELECT key, value FROM system_state"))
            assert rows.get("a") == rows.get("b")
    finally:
        writer.kill()
        writer.wait()


def test_nothing_is_left_of_a_copy_that_fails(place: Path, target: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.execute("CREATE TABLE other (a)")
    with pytest.raises(StoreError, match="is no database of lotkeeper"):
        backup(place, target)
    assert [each.name for each in tmp_path.iterdir()] == ["lots.sqlite"]
    with pytest.raises(StoreError, match="there is no database"):
        backup(tmp_path / "nowhere.sqlite", target)


def damage(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(8 * 4096))


def test_a_damaged_copy_is_refused(place: Path, target: Path) -> None:
    store = Store.open(f"sqlite:///{place}")
    record(store, *map(lot, range(1, 200)))
    store.close()
    backup(place, target)
    damage(target)
    with pytest.raises(StoreError, match=r"damaged|malformed"):
        restore(target, place, "before")
    assert len(lots_of(place)) == 199


def test_a_copy_takes_the_place_and_what_was_there_is_kept(place: Path, target: Path) -> None:
    store = Store.open(f"sqlite:///{place}")
    record(store, lot(7))
    backup(place, target)
    record(store, lot(20))
    store.close()
    kept = restore(target, place, "before")
    assert kept == place.with_name("lots.sqlite.before")
    assert lots_of(place) == {"BTCUSDT-7"}
    assert lots_of(kept) == {"BTCUSDT-7", "BTCUSDT-20"}
    assert lots_of(target) == {"BTCUSDT-7"}
    assert not list(place.parent.glob("*.restoring*"))


def test_what_a_killed_service_left_in_its_log_is_kept_too(place: Path, target: Path) -> None:
    """Its newest records stand in the -wal file alone."""
    store = Store.open(f"sqlite:///{place}")
    record(store, lot(7))
    store.close()
    backup(place, target)
    writing = (
        "import os, sys; from persistence.store import Store; from tests.persistence.lots import lot, record\n"
        "record(Store.open(sys.argv[1]), lot(20)); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", writing, f"sqlite:///{place}"], check=True)
    assert place.with_name("lots.sqlite-wal").stat().st_size
    kept = restore(target, place, "before")
    assert kept is not None
    assert lots_of(place) == {"BTCUSDT-7"}
    assert lots_of(kept) == {"BTCUSDT-7", "BTCUSDT-20"}


def test_a_damaged_database_is_kept_as_it_is(place: Path, target: Path) -> None:
    Store.open(f"sqlite:///{place}").close()
    backup(place, target)
    place.write_bytes(b"no database" * 1000)
    kept = restore(target, place, "before")
    assert kept is not None
    assert kept.read_bytes() == b"no database" * 1000
    assert lots_of(place) == set()


def test_a_copy_may_be_of_an_earlier_version_and_not_of_a_newer_one(place: Path, target: Path) -> None:
    Store.open(f"sqlite:///{place}").close()
    backup(place, target)
    for version, is_allowed in (("5", True), ("99", False)):
        with closing(sqlite3.connect(target)) as connection, connection:
            connection.execute("UPDATE system_state SET value = ? WHERE key = 'schema.version'", [version])
        if is_allowed:
            assert check_copy(target).lots == 0
        else:
            with pytest.raises(StoreError, match="a newer lotkeeper wrote it"):
                check_copy(target)


def test_where_nothing_is_there_a_copy_is_put(place: Path, target: Path) -> None:
    store = Store.open(f"sqlite:///{place}")
    record(store, lot(7))
    store.close()
    backup(place, target)
    place.unlink()
    assert restore(target, place, "before") is None
    assert lots_of(place) == {"BTCUSDT-7"}
