"""What opens, and what is refused in one sentence that says what to do."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from persistence.engines.sqlite import files
from persistence.errors import StoreError
from persistence.records import StateRecord
from persistence.schema import SCHEMA_KEY, SCHEMA_VERSION
from persistence.store import Store
from tests.mounts import run_with_mount

NOBODY = 65534


def refused(url: str) -> str:
    with pytest.raises(StoreError) as caught:
        Store.open(url, busy_timeout_s=0.05)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder of another user: root may do everything, so a test of permissions must not be root."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        os.seteuid(NOBODY)
        try:
            yield Path(folder)
        finally:
            os.seteuid(0)


def test_a_relative_path_starts_at_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = Store.open("sqlite:///here.sqlite")
    store.close()
    assert store.place == str(tmp_path / "here.sqlite")
    assert (tmp_path / "here.sqlite").is_file()


def test_a_closed_store_leaves_one_file(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/a.sqlite")
    store.record([StateRecord("a", "b")])
    store.close()
    assert [file.name for file in tmp_path.iterdir()] == ["a.sqlite"]


@pytest.mark.parametrize(
    "url", ["mysql://me@host/db", "postgres://me@host/db", "lots.sqlite", "sqlite:///", "sqlite:///:memory:", ""]
)
def test_other_schemes_are_refused(url: str) -> None:
    assert "sqlite:///lotkeeper.sqlite" in refused(url)


def test_a_missing_folder_is_refused_with_the_command_that_creates_it(tmp_path: Path) -> None:
    assert f"mkdir -p {tmp_path}/no" in refused(f"sqlite:///{tmp_path}/no/a.sqlite")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "is a folder" in refused(f"sqlite:///{tmp_path}")


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    path.write_text("my diary, " * 500)
    sentence = refused(f"sqlite:///{path}")
    assert "not a database" in sentence
    assert str(path) in sentence
    assert path.read_text() == "my diary, " * 500


def test_a_damaged_database_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with_version(path, str(SCHEMA_VERSION))
    data = bytearray(path.read_bytes())
    data[100:] = b"\xff" * (len(data) - 100)
    path.write_bytes(data)
    assert "it is damaged; restore a backup" in refused(f"sqlite:///{path}")


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE lots (x)")
    assert "another program" in refused(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("lots",)]


def with_version(path: Path, version: str) -> str:
    store = Store.open(f"sqlite:///{path}")
    store.record([StateRecord(SCHEMA_KEY, version)])
    store.close()
    return f"sqlite:///{path}"


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    sentence = refused(with_version(tmp_path / "a.sqlite", str(SCHEMA_VERSION + 1)))
    assert f"schema {SCHEMA_VERSION + 1}" in sentence
    assert "newer lotkeeper" in sentence


@pytest.mark.parametrize("version", ["0", "", "odd"])
def test_an_odd_schema_is_refused(tmp_path: Path, version: str) -> None:
    assert "there is no migration" in refused(with_version(tmp_path / "a.sqlite", version))


def test_a_database_that_was_opened_before_opens_again(tmp_path: Path) -> None:
    url = with_version(tmp_path / "a.sqlite", str(SCHEMA_VERSION))
    store = Store.open(url)
    assert store.state(SCHEMA_KEY) == str(SCHEMA_VERSION)
    store.close()


def test_a_locked_database_is_reported_and_works_once_it_is_free(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/a.sqlite", busy_timeout_s=0.05)
    other = sqlite3.connect(tmp_path / "a.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"a\.sqlite fails: another process holds it"):
        store.record([StateRecord("a", "b")])
    other.execute("ROLLBACK")
    other.close()
    store.record([StateRecord("a", "b")])
    assert store.state("a") == "b"
    assert store._db.provider.pool.con.execute("PRAGMA synchronous").fetchone() == (1,)
    store.close()


@pytest.mark.parametrize("text", ["disk I/O error", "unable to open database file", "locking protocol"])
def test_a_file_system_without_shared_memory_or_locks_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """Network mounts, /mnt/c of WSL and folders shared with a container: WAL cannot be used there."""

    class Connection(sqlite3.Connection):
        def execute(self, query: str, *values: object) -> sqlite3.Cursor:
            if "journal_mode" in query:
                raise sqlite3.OperationalError(text)
            return super().execute(query, *values)  # type: ignore[arg-type]

    monkeypatch.setattr(files.sqlite3, "connect", partial(sqlite3.connect, factory=Connection))
    said = refused(f"sqlite:///{tmp_path}/a.sqlite")
    assert "no shared memory or no locks" in said
    assert "a path on a local disk" in said


def test_a_file_system_on_which_sqlite_keeps_another_mode_is_said_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Connection(sqlite3.Connection):
        def execute(self, query: str, *values: object) -> sqlite3.Cursor:
            asked = "SELECT 'delete'" if "journal_mode" in query else query
            return super().execute(asked, *values)  # type: ignore[arg-type]

    monkeypatch.setattr(files.sqlite3, "connect", partial(sqlite3.connect, factory=Connection))
    assert "(SQLite: the journal mode stays delete)" in refused(f"sqlite:///{tmp_path}/a.sqlite")


def test_a_folder_that_cannot_be_written_is_reported(as_nobody: Path) -> None:
    assert "give this user write permission" in refused(f"sqlite:///{as_nobody}/a.sqlite")


def test_a_file_that_cannot_be_read_is_reported(as_nobody: Path) -> None:
    os.seteuid(0)
    Store.open(f"sqlite:///{as_nobody}/a.sqlite").close()
    os.seteuid(NOBODY)
    assert "read and write permission" in refused(f"sqlite:///{as_nobody}/a.sqlite")


def test_a_file_that_can_only_be_read_is_reported(as_nobody: Path) -> None:
    os.seteuid(0)
    path = as_nobody / "a.sqlite"
    Store.open(f"sqlite:///{path}").close()
    path.chmod(0o644)
    os.seteuid(NOBODY)
    assert "permission" in refused(f"sqlite:///{path}")


def test_a_full_disk_is_reported_and_nothing_is_half_written(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/a.sqlite")
    connection = store._db.provider.pool.con
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="the disk is full"):
        store.record([StateRecord(f"key {number}", "x" * 1000) for number in range(1000)])
    assert store.state("key 0") is None
    store.close()


def test_a_file_system_that_is_really_full(tmp_path: Path) -> None:
    """A record is refused in a sentence and nothing of it is written; with room again all works."""
    script = f"""
import errno, os
from persistence.errors import StoreError
from persistence.records import StateRecord
from persistence.store import Store
from tests.mounts import run_with_mount

def fill():
    with open("{tmp_path}/filler", "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError as error:
            assert error.errno == errno.ENOSPC

fill()
try:
    Store.open("sqlite:///{tmp_path}/a.sqlite")
except StoreError as error:
    print("opened:", error)
os.unlink("{tmp_path}/filler")
store = Store.open("sqlite:///{tmp_path}/a.sqlite")
store.record([StateRecord("before", "1")])
fill()
try:
    store.record([StateRecord(str(number), "x" * 1000) for number in range(1000)])
except StoreError as error:
    print("recorded:", error)
assert store.state("5") is None
os.unlink("{tmp_path}/filler")
store.record([StateRecord("after", "2")])
assert (store.state("before"), store.state("after")) == ("1", "2")
store.close()
"""
    done = run_with_mount(tmp_path, "size=2m", script)
    assert done.returncode == 0, done.stderr
    opened, recorded = done.stdout.splitlines()
    assert "the disk is full" in opened
    assert "the disk is full" in recorded
