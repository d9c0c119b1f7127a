"""`lotkeeper db`."""

import json
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest

from cli.commands import db
from lotkeeper.service.errors import ServiceError
from messages.pair_commands import Reconciled, ReconcilePair
from persistence.store import Store
from tests.persistence import lots


@pytest.fixture
def recorded(store):
    lots.record(store, lots.lot(7))
    return store


def names(path):
    opened = Store.open(f"sqlite:///{path}")
    found = sorted(each.lot_id for each in opened.lots())
    opened.close()
    return found


def test_a_backup_says_what_it_has(run, recorded, tmp_path):
    result = run("db", "backup", "copy.sqlite")
    assert result.exit_code == 0
    assert f"is backed up to {tmp_path}/copy.sqlite: 1 lot, 1 trade, 0." in result.output
    again = run("db", "backup", "copy.sqlite")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "exists, and is not overwritten" in again.stderr
    document = json.loads(run("db", "backup", "other.sqlite", "--json").output)
    assert (document["file"], document["lots"], document["trades"]) == (f"{tmp_path}/other.sqlite", 1, 1)


def test_a_restore_asks_and_keeps_what_was_there(run, recorded, tmp_path):
    run("db", "backup", "copy.sqlite")
    lots.record(recorded, lots.lot(20))
    recorded.close()
    assert run("db", "restore", "copy.sqlite", answer="n").exit_code == 1
    assert names(tmp_path / "lots.sqlite") == ["BTCUSDT-20", "BTCUSDT-7"]
    result = run("db", "restore", "copy.sqlite", answer="y")
    assert result.exit_code == 0
    assert "copy.sqlite (1 lot, 1 trade" in result.output
    assert names(tmp_path / "lots.sqlite") == ["BTCUSDT-7"]
    kept = min(tmp_path.glob("lots.sqlite.before-*"), key=lambda path: len(path.name))  # without -wal and -shm
    assert f"what was there is kept as {kept}" in result.output
    assert names(kept) == ["BTCUSDT-20", "BTCUSDT-7"]


def test_a_running_service_has_to_be_stopped_first(run, recorded, tmp_path, monkeypatch):
    run("db", "backup", "copy.sqlite")
    monkeypatch.setattr(db, "is_running", lambda _config: True)
    result = run("db", "restore", "copy.sqlite", "--yes")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "`lotkeeper stop` first" in result.stderr


def test_what_is_no_backup_is_refused(run, recorded, tmp_path):
    (tmp_path / "notes.txt").write_text("no database" * 100)
    for name, sentence in (("notes.txt", "is not a database"), ("nowhere", "there is no file")):
        result = run("db", "restore", name, "--yes")
        assert (result.exit_code, sentence in result.stderr) == (1, True)
    assert names(tmp_path / "lots.sqlite") == ["BTCUSDT-7"]


def test_a_check_finds_nothing_or_says_what(run, recorded, tmp_path):
    result = run("db", "check")
    assert (result.exit_code, result.output) == (0, f"{tmp_path}/lots.sqlite: 1 lot: nothing was found\n")
    with closing(sqlite3.connect(tmp_path / "lots.sqlite")) as connection, connection:
        connection.execute("UPDATE fills SET order_id = 99")
    result = run("db", "check")
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "lot BTCUSDT-7 has trade 70 of another BUY, 99",
        f"{tmp_path}/lots.sqlite: 1 lot: 1 thing was found",
    ]
    document = json.loads(run("db", "check", "--json").output)
    assert (document["lots"], document["findings"]) == (1, ["lot BTCUSDT-7 has trade 70 of another BUY, 99"])


def test_with_the_exchange_the_running_service_compares(run, recorded, monkeypatch):
    asked = []

    def answer(_config, message, _within_s):
        asked.append(message)
        return Reconciled("BTCUSDT", True, 0, ("SELL lk1-7-1 is not open",), "")

    monkeypatch.setattr(db, "ask_service", answer)
    result = run("db", "check", "--exchange")
    assert asked == [ReconcilePair("BTCUSDT", True)]
    assert (result.exit_code, result.output.splitlines()[0]) == (1, "BTCUSDT: SELL lk1-7-1 is not open")


def test_without_a_service_the_exchange_is_not_compared(run, recorded):
    assert run("db", "check", "--exchange").exit_code == 3


def test_postgresql_has_tools_of_its_own():
    config = SimpleNamespace(database="postgresql://me:secret@localhost/lots")
    with pytest.raises(ServiceError, match="its own tool copies it, `pg_dump`") as refused:
        db._file_of(config, "pg_dump", "copies it")
    assert "secret" not in str(refused.value)
