"""`lotkeeper bugreport`."""

import json
import tarfile
from pathlib import Path

import pytest

from cli.commands import bugreport
from messages.control import StatusReported
from tests.persistence import lots

SECRETS = {"LOTKEEPER_EXCHANGE__API_KEY": "zq9-key-7f3a", "LOTKEEPER_EXCHANGE__API_SECRET": "zq9-secret-5b"}
PASSWORD = "zq9-password-9"


def contents(path: Path) -> dict[str, str]:
    with tarfile.open(path) as archive:
        return {each.name.rpartition("/")[2]: archive.extractfile(each).read().decode() for each in archive}


@pytest.fixture
def logged(config):
    folder = config.parent / "logs"
    folder.mkdir()
    secrets = [*SECRETS.values(), f"postgresql://lk:{PASSWORD}@db/x", "signature=zq9-signature"]
    lines = [{"ts": "2026-11-30T08:00:00Z", "level": "error", "event": f"it said {each}"} for each in secrets]
    (folder / "lotkeeper.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines))
    (folder / "lotkeeper.out").write_text("\n".join(secrets))


def test_a_planted_secret_is_in_no_byte_of_it(run, config, logged, store, monkeypatch):
    status = {"health": "ok", "note": SECRETS["LOTKEEPER_EXCHANGE__API_SECRET"], "listenKey": "zq9-listen-key"}
    monkeypatch.setattr(bugreport, "ask_service", lambda *_: StatusReported(status))
    result = run("bugreport", "--output", "report.tar.gz", "--with-trades", **SECRETS)
    assert result.exit_code == 0, result.output
    found = contents(config.parent / "report.tar.gz")
    assert "zq9" not in json.dumps(found)
    assert json.loads(found["status.json"])["health"] == "ok"
    assert len(found["log.jsonl"].splitlines()) == len(found["errors.jsonl"].splitlines()) == 4


def test_it_lists_what_it_has(run, config, logged, store):
    lots.record(store, lots.lot(1))
    result = run("bugreport", "--json")
    (path,) = config.parent.glob("lotkeeper-bugreport-*.tar.gz")
    listed = json.loads(result.stdout)
    assert listed["file"] == path.name
    found = contents(path)
    assert set(found) == {*listed["contents"], "contents.txt"}
    assert all(f"{name}: {what}" in found["contents.txt"] for name, what in listed["contents"].items())
    assert json.loads(found["database.json"])["rows"]["lots"] == 1
    assert "trades.json" not in found
    assert "not running" in json.loads(found["status.json"])["error"]


def test_lots_and_trades_are_added_on_demand(run, config, store):
    lots.record(store, lots.lot(1))
    assert run("bugreport", "--with-trades", "--output", "report").exit_code == 0
    found = contents(config.parent / "report")
    assert [each["lot"] for each in json.loads(found["lots.json"])] == [lots.lot(1).lot_id]
    assert json.loads(found["trades.json"])


def test_without_log_and_database_the_rest_is_there(run, config):
    assert run("bugreport", "--output", "report").exit_code == 0
    found = contents(config.parent / "report")
    assert "BTCUSDT" in found["configuration.yaml"]
    assert "there is no database" in found["database.json"]


def test_a_broken_configuration_is_reported_as_it_is(run, config):
    config.write_text("pairs: {}\nnotify: telegram://zq9:token@host\n")
    assert run("bugreport", "--output", "report").exit_code == 0
    found = contents(config.parent / "report")
    assert "pairs: {}" in found["configuration.yaml"]
    assert "config.yaml:1: pairs" in found["problems.txt"]
    assert "zq9" not in json.dumps(found)


def test_a_file_that_exists_stays(run, config):
    (config.parent / "report").write_text("mine")
    result = run("bugreport", "--output", "report")
    assert result.exit_code == 1
    assert "name another file with --output" in result.stderr
    assert (config.parent / "report").read_text() == "mine"
