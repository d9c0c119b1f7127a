"""Where a running service has its sockets, by its configuration file as it was."""

import os
from pathlib import Path

import pytest

from lotkeeper.service.folder_note import FolderNote

SOCKETS = Path("/tmp/lk-sockets")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text("pairs: {BTCUSDT: {}}\n")
    return path


def note(path: Path, memory: Path, **environ: str) -> FolderNote:
    return FolderNote(path, environ, memory)


def test_it_is_there_while_the_service_runs(config, tmp_path):
    assert note(config, tmp_path).read() is None
    with note(config, tmp_path).kept(SOCKETS):
        assert note(config, tmp_path).read() == SOCKETS
    assert note(config, tmp_path).read() is None
    (folder,) = (each for each in tmp_path.iterdir() if each.is_dir())
    assert (list(folder.iterdir()), folder.stat().st_mode & 0o777) == ([], 0o700)


def test_a_changed_file_has_none(config, tmp_path):
    before = note(config, tmp_path)
    config.write_text("pairs: {BTCUSDT: {}, ETHUSDT: {}}\n")
    with before.kept(SOCKETS):
        assert note(config, tmp_path).read() is None
        note(config, tmp_path).write(SOCKETS)
        assert note(config, tmp_path).read() == SOCKETS
        config.unlink()
        assert note(config, tmp_path).read() is None


def test_another_file_has_none(config, tmp_path):
    (tmp_path / "other.yaml").write_text(config.read_text())
    with note(config, tmp_path).kept(SOCKETS):
        assert note(tmp_path / "other.yaml", tmp_path).read() is None


@pytest.mark.parametrize("name", ["LOTKEEPER_DATABASE", "LOTKEEPER_PAIRS__BTCUSDT__NET_PROFIT_PCT", "HOME"])
def test_variables_that_count_change_it(config, tmp_path, name):
    with note(config, tmp_path, **{name: "1"}).kept(SOCKETS):
        assert note(config, tmp_path, **{name: "1"}).read() == SOCKETS
        assert note(config, tmp_path, **{name: "2"}).read() is None
        assert note(config, tmp_path).read() is None
    (folder,) = (each for each in tmp_path.iterdir() if each.is_dir())
    assert list(folder.iterdir()) == []


def test_the_key_does_not_count_and_is_not_in_it(config, tmp_path):
    with note(config, tmp_path, LOTKEEPER_DATABASE="postgresql://me:hidden@host/lots").kept(SOCKETS):
        environ = {"LOTKEEPER_EXCHANGE__API_KEY": "k", "LOTKEEPER_CONFIG": "x", "PATH": "/bin"}
        again = note(config, tmp_path, LOTKEEPER_DATABASE="postgresql://me:hidden@host/lots", **environ)
        assert again.read() == SOCKETS
        (written,) = (each for each in tmp_path.rglob("*.folder"))
        assert "hidden" not in written.read_text()


def test_a_folder_that_others_can_enter_is_not_believed(config, tmp_path):
    with note(config, tmp_path).kept(SOCKETS):
        folder = tmp_path / f"lotkeeper-{os.geteuid()}"
        folder.chmod(0o755)
        assert note(config, tmp_path).read() is None
        folder.chmod(0o700)


def test_where_nothing_can_be_written_there_is_none(config, tmp_path):
    (tmp_path / f"lotkeeper-{os.geteuid()}").write_text("a file")
    with note(config, tmp_path).kept(SOCKETS):
        assert note(config, tmp_path).read() is None
    with note(config, tmp_path / "absent").kept(SOCKETS):
        assert note(config, tmp_path / "absent").read() is None
