"""Looking at this machine."""

import os
from pathlib import Path

import pytest

from lotkeeper.config import Config, load_config
from lotkeeper.service.doctor.ask_machine import (
    broker_facts,
    database_facts,
    file_facts,
    limit_facts,
    private_files,
    service_facts,
    spaces,
)
from lotkeeper.service.doctor.facts import BrokerFacts
from persistence.store import Store
from tests.lotkeeper.exchange.sharing.served import ServedBroker

TEXT = """\
exchange: {rest_url: "http://127.0.0.1:1", ws_api_url: "ws://127.0.0.1:1", stream_url: "ws://127.0.0.1:1"}
database: sqlite:///lots.sqlite
logs: {directory: logs/deep}
pairs: {BTCUSDT: {}}
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    path = tmp_path / "config.yaml"
    path.write_text(TEXT)
    return load_config(path, {})


def test_a_file_with_its_mode(tmp_path):
    path = tmp_path / "a"
    path.touch(0o640)
    path.chmod(0o640)
    found = file_facts(path)
    assert found is not None
    assert (found.mode, found.is_mine) == (0o640, True)
    assert file_facts(tmp_path / "b") is None


def test_files_that_only_this_user_should_read(tmp_path, config):
    (tmp_path / "lots.sqlite").touch()
    (tmp_path / ".env").touch()
    (tmp_path / "key.pem").touch()
    environ = {"LOTKEEPER_EXCHANGE__PRIVATE_KEY_FILE": str(tmp_path / "key.pem")}
    found = private_files(config, tmp_path / "config.yaml", environ)
    assert [each.path.name for each in found] == ["key.pem", ".env", "lots.sqlite"]


def test_folders_that_are_not_there_yet_are_looked_for_above(tmp_path, config):
    found = {each.what: each for each in spaces(config)}
    assert found["the logs"].path == tmp_path
    assert found["the database and its backups"].free > 0
    assert all(each.can_write for each in found.values())


def test_limits_of_this_process():
    found = limit_facts()
    assert found.processes_now > 0
    assert found.memory_free is None or found.memory_free > 0
    assert found.open_files is None or found.open_files > 0


def test_a_database_that_is_not_there_and_one_that_is(config, tmp_path):
    assert database_facts(config).exists is False
    Store.open(config.database).close()
    found = database_facts(config)
    assert (found.exists, found.trouble, found.damages, found.lots) == (True, "", (), 0)
    (tmp_path / "lots.sqlite").write_bytes(b"no database at all" * 100)
    assert "lots.sqlite" in database_facts(config).trouble


def test_nothing_runs(config):
    found = service_facts(config)
    assert (found.is_running, found.trouble) == (False, "")


def test_a_folder_of_sockets_that_another_may_enter_is_trouble(config, tmp_path, monkeypatch):
    folder = tmp_path / "sockets"
    folder.mkdir(0o755)
    os.chmod(folder, 0o755)
    found = service_facts(config.model_copy(update={"runtime_dir": folder}))
    assert found.socket_folder is not None
    assert found.socket_folder.mode == 0o755


def test_whether_the_budget_broker_can_be_reached(tmp_path_factory: pytest.TempPathFactory, config: Config) -> None:
    assert broker_facts(config) is None
    socket = tmp_path_factory.mktemp("b") / "budget.sock"
    exchange = config.exchange.model_copy(update={"budget_socket": socket})
    sharing = config.model_copy(update={"exchange": exchange})
    assert broker_facts(sharing) == BrokerFacts(socket, f"{socket}: No such file or directory")
    with ServedBroker(socket):
        assert broker_facts(sharing) == BrokerFacts(socket)
