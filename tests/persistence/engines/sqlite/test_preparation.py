"""A file of an earlier version is copied before it is changed."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from persistence.engines.choice import engine_of
from persistence.errors import StoreError
from persistence.schema import SCHEMA_VERSION
from persistence.store import Store
from tests.persistence.schemas import script


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "lots.sqlite"
    write(made)
    return made


def write(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script(3))


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def test_the_copy_is_the_file_as_it_was(path: Path) -> None:
    before = dump(path)
    Store.open(url(path)).close()
    copy = path.with_name("lots.sqlite.schema-3")
    assert dump(copy) == before != dump(path)
    assert copy.stat().st_mode & 0o777 == 0o600


def test_a_copy_is_never_replaced(path: Path) -> None:
    for _ in range(3):
        path.unlink()
        write(path)
        Store.open(url(path)).close()
    names = {each.name for each in path.parent.iterdir()}
    assert names == {"lots.sqlite", *(f"lots.sqlite.schema-3{end}" for end in ("", ".2", ".3"))}


def test_a_file_of_this_version_is_not_copied(tmp_path: Path) -> None:
    for _ in range(2):
        Store.open(url(tmp_path / "new.sqlite")).close()
    assert [each.name for each in tmp_path.iterdir()] == ["new.sqlite"]
    assert engine_of(url(tmp_path / "new.sqlite")).upgrade() is None


def test_without_a_copy_nothing_is_changed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dump(path)

    def full(old: object, new: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    monkeypatch.setattr(os, "rename", full)
    with pytest.raises(StoreError, match="is not changed without a copy") as refused:
        Store.open(url(path))
    assert str(path.with_name("lots.sqlite.schema-3")) in str(refused.value)
    assert dump(path) == before
    assert [each.name for each in path.parent.glob("*.partial")] == []


def test_what_another_process_wrote_last_is_in_the_copy(path: Path) -> None:
    """It waits until that one has committed."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("UPDATE system_state SET value = 'no' WHERE key = 'paused:BTCUSDT'")
        copy = engine_of(url(path)).upgrade()
    assert copy is not None
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT value FROM system_state WHERE key = 'paused:BTCUSDT'").fetchone() == ("no",)


def test_the_version_is_read_without_making_a_file(tmp_path: Path, path: Path) -> None:
    assert engine_of(url(tmp_path / "none.sqlite")).version() is None
    assert not (tmp_path / "none.sqlite").exists()
    assert engine_of(url(path)).version() == "3"
    Store.open(url(path)).close()
    assert engine_of(url(path)).version() == str(SCHEMA_VERSION)
