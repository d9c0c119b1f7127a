"""The documents' ways to keep backups: what they make can be put back."""

import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from persistence.history.check import check_tables
from persistence.history.database import HistoryDatabase
from persistence.store import Store
from tests.docs.pages import ROOT
from tests.persistence.lots import lot, record

UNIT = ROOT / "deploy" / "systemd" / "lotkeeper-backup.service"
_WITHIN_S = 90.0
_NO_LITESTREAM = "litestream is not installed: its configuration in the documents is not tried (litestream.io/install)"


def lines_of(unit: Path, key: str) -> list[str]:
    """The command lines of a unit, as systemd runs them (systemd.service, "Command lines")."""
    lines = [line.removeprefix(f"{key}=") for line in unit.read_text().splitlines() if line.startswith(f"{key}=")]
    return [line.replace("%%", "%").replace("$$", "$") for line in lines]


def in_folder(line: str, folder: Path) -> list[str]:
    """The words of a line of the unit, with the places of a test."""
    places = {
        "/opt/lotkeeper/.venv/bin/lotkeeper": f"{sys.executable} -m cli.main",
        "/etc/lotkeeper": str(folder),
        "/var/backups/lotkeeper": str(folder / "backups"),
    }
    for place, own in places.items():
        line = line.replace(place, own)
    return shlex.split(line)


def run(words: list[str], folder: Path) -> None:
    done = subprocess.run(
        words, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def folder(tmp_path):
    """With a configuration and a folder for the backups."""
    (tmp_path / "backups").mkdir()
    text = f'database: "sqlite:///{tmp_path}/lots.sqlite"\npairs:\n  BTCUSDT: {{}}\n'
    (tmp_path / "config.yaml").write_text(text)
    return tmp_path


def names(path: Path) -> set[str]:
    with HistoryDatabase.open(f"sqlite:///{path}") as database:
        assert check_tables(database).findings == ()
    store = Store.open(f"sqlite:///{path}")
    found = {each.lot_id for each in store.lots()}
    store.close()
    return found


def test_what_the_timer_makes_is_put_back(folder):
    store = Store.open(f"sqlite:///{folder}/lots.sqlite")
    record(store, lot(7))
    (line,) = lines_of(UNIT, "ExecStart")
    run(in_folder(line, folder), folder)  # while the store is open
    (made,) = (folder / "backups").iterdir()
    record(store, lot(20))
    store.close()
    run([sys.executable, "-m", "cli.main", "db", "restore", str(made), "--yes", "--config", "config.yaml"], folder)
    assert names(folder / "lots.sqlite") == {"BTCUSDT-7"}


def test_only_old_backups_are_removed(folder):
    old, new = folder / "backups" / "old.sqlite", folder / "backups" / "new.sqlite"
    for path in (old, new):
        path.touch()
    os.utime(old, (time.time() - 32 * 86_400,) * 2)
    (line,) = lines_of(UNIT, "ExecStartPost")
    run(in_folder(line, folder), folder)
    assert list((folder / "backups").iterdir()) == [new]


@pytest.mark.skipif(shutil.which("litestream") is None, reason=_NO_LITESTREAM)
def test_what_litestream_copies_is_put_back(folder):
    text = (ROOT / "docs" / "litestream.yml").read_text()
    text = text.replace("/var/lib/lotkeeper/lotkeeper.sqlite", f"{folder}/lots.sqlite")
    (folder / "litestream.yml").write_text(text.replace("/backup/lotkeeper", f"{folder}/replica"))
    store = Store.open(f"sqlite:///{folder}/lots.sqlite")
    record(store, lot(7))
    with subprocess.Popen(["litestream", "replicate", "-config", folder / "litestream.yml"]) as replicating:
        try:
            record(store, lot(20))
            wait_for_copy(folder)
        finally:
            replicating.terminate()
    store.close()
    run([sys.executable, "-m", "cli.main", "db", "restore", "copy.sqlite", "--yes", "--config", "config.yaml"], folder)
    assert names(folder / "lots.sqlite") == {"BTCUSDT-7", "BTCUSDT-20"}


def wait_for_copy(folder: Path) -> None:
    """Until what litestream gives back has both lots."""
    copy, give_up = folder / "copy.sqlite", time.monotonic() + _WITHIN_S
    words = ["litestream", "restore", "-config", folder / "litestream.yml", "-o", copy, folder / "lots.sqlite"]
    while True:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode == 0 and names(copy) == {"BTCUSDT-7", "BTCUSDT-20"}:
            return
        for path in folder.glob("copy.sqlite*"):
            path.unlink()
        assert time.monotonic() < give_up, done.stderr
        time.sleep(0.1)
