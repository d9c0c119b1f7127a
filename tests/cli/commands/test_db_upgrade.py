"""`lotkeeper db upgrade`."""

import json
import os
import sqlite3
from contextlib import closing

import pytest

from lotkeeper.config import load_config
from lotkeeper.service.lease import lock_database
from persistence.schema import SCHEMA_VERSION
from tests.persistence.schemas import script


@pytest.fixture
def old(config):
    """The file of an earlier version."""
    path = config.with_name("lots.sqlite")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script(4))
    return path


def schema(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT value FROM system_state WHERE key = 'schema.version'").fetchone()[0]


def test_what_will_be_done_is_said_and_asked_about(run, old):
    result = run("db", "upgrade", answer="n\n")
    assert result.exit_code == 1
    assert f"the database {old} has schema 4, this lotkeeper {SCHEMA_VERSION}:" in result.output
    assert "  4 to 5: adds orders.trail_delta; adds orders.stop_price" in result.output
    assert "before that, a copy is made beside it" in result.output
    assert schema(old) == "4"


def test_with_yes_it_is_done_and_the_copy_is_named(run, old):
    result = run("db", "upgrade", "--yes")
    assert result.exit_code == 0
    copy = old.with_name("lots.sqlite.schema-4")
    assert result.output.splitlines()[-1] == (f"the database {old} has schema {SCHEMA_VERSION} now; as it was: {copy}")
    assert (schema(old), schema(copy)) == (str(SCHEMA_VERSION), "4")
    assert "the newest: nothing is to be done" in run("db", "upgrade", "--yes").output


def test_a_dry_run_changes_nothing(run, old):
    result = run("db", "upgrade", "--dry-run")
    assert (result.exit_code, schema(old)) == (0, "4")
    assert "4 to 5" in result.output
    assert not old.with_name("lots.sqlite.schema-4").exists()


def test_programs_have_to_give_yes_and_get_one_document(run, old):
    assert "--yes" in json.loads(run("db", "upgrade", "--json").output)["error"]
    document = json.loads(run("db", "upgrade", "--json", "--dry-run").output)
    assert (document["database"], document["schema"], document["newest"]) == (str(old), 4, SCHEMA_VERSION)
    assert (document["steps"][0]["from"], document["steps"][0]["only_adds"], document["done"]) == (4, True, False)
    done = json.loads(run("db", "upgrade", "--json", "--yes").output)
    assert (done["done"], done["copy"]) == (True, str(old.with_name("lots.sqlite.schema-4")))


def test_without_a_database_it_says_who_makes_it(run, config):
    result = run("db", "upgrade")
    assert (result.exit_code, "a start makes it" in result.output) == (0, True)
    assert not config.with_name("lots.sqlite").exists()


def test_a_newer_database_is_refused(run, old):
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("UPDATE system_state SET value = '999' WHERE key = 'schema.version'")
    result = run("db", "upgrade", "--yes")
    assert (result.exit_code, "a newer lotkeeper wrote it" in result.stderr) == (1, True)


def test_while_a_service_runs_it_is_refused(run, old, config, monkeypatch):
    monkeypatch.setattr("lotkeeper.service.lease._LOCK_WITHIN_S", 0.05)
    descriptor = lock_database(load_config(config, {}), os.getpid())
    result = run("db", "upgrade", "--yes")
    assert (result.exit_code, "already running with the database" in result.stderr) == (1, True)
    assert schema(old) == "4"
    os.close(descriptor)
