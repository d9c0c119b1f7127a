"""`lotkeeper db copy`."""

import json

from lotkeeper.trading.halts import Halt, Halts
from persistence.halts_file import read_halts, write_halts
from tests.cli.commands.test_db import names
from tests.persistence import lots


def test_it_says_where_the_copy_is(run, store, tmp_path):
    lots.record(store, lots.lot(7))
    store.close()
    result = run("db", "copy", "--to", f"sqlite:///{tmp_path}/other.sqlite")
    assert result.exit_code == 0, result.output
    assert f"{tmp_path}/other.sqlite has all " in result.output
    assert names(tmp_path / "other.sqlite") == ["BTCUSDT-7"]


def test_a_database_with_rows_is_refused(run, store, tmp_path):
    lots.record(store, lots.lot(7))
    store.close()
    run("db", "copy", "--to", f"sqlite:///{tmp_path}/other.sqlite")
    again = run("db", "copy", "--to", f"sqlite:///{tmp_path}/other.sqlite")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "is not empty" in again.stderr
    document = json.loads(run("db", "copy", "--to", f"sqlite:///{tmp_path}/third.sqlite", "--json").output)
    assert (document["rows"]["lots"], document["findings"]) == (1, [])


def test_records_that_wait_for_the_database_are_not_left_behind(run, store, tmp_path):
    lots.record(store, lots.lot(7))
    store.close()
    (tmp_path / ".lots.sqlite.backlog").touch()
    result = run("db", "copy", "--to", f"sqlite:///{tmp_path}/other.sqlite")
    assert result.exit_code == 1
    assert "records wait in " in result.stderr
    assert not (tmp_path / "other.sqlite").exists()


def test_what_was_halted_goes_along(run, store, tmp_path):
    lots.record(store, lots.lot(7))
    store.close()
    halted = Halts(Halt(True, 7, None, "alice", "holiday"))
    write_halts(tmp_path / ".lots.sqlite.halts", halted)
    result = run("db", "copy", "--to", f"sqlite:///{tmp_path}/other.sqlite")
    assert f"what was halted is kept in {tmp_path}/.other.sqlite.halts, too" in result.output
    assert read_halts(tmp_path / ".other.sqlite.halts", 9) == halted


def test_a_file_of_halts_that_is_there_keeps_what_is_newer(run, store, tmp_path):
    lots.record(store, lots.lot(7))
    store.close()
    write_halts(tmp_path / ".lots.sqlite.halts", Halts(Halt(False, 7)))
    write_halts(tmp_path / ".other.sqlite.halts", Halts(Halt(True, 8)))
    document = json.loads(run("db", "copy", "--to", f"sqlite:///{tmp_path}/other.sqlite", "--json").output)
    assert document["halts"] == f"{tmp_path}/.other.sqlite.halts"
    assert read_halts(tmp_path / ".other.sqlite.halts", 9).kill_switch.is_on


def test_where_the_file_of_halts_cannot_be_written_it_says_so(run, store, tmp_path):
    lots.record(store, lots.lot(7))
    store.close()
    write_halts(tmp_path / ".lots.sqlite.halts", Halts(Halt(True, 7)))
    (tmp_path / ".other.sqlite.halts").mkdir()
    result = run("db", "copy", "--to", f"sqlite:///{tmp_path}/other.sqlite")
    assert result.exit_code == 1
    assert f"copy {tmp_path}/.lots.sqlite.halts there" in result.stderr
