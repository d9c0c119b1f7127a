"""`lotkeeper db copy`."""

import json

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
