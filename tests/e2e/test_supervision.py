"""What the engine does for the service: hung actors, a deleted folder, the service manager."""

import os
import shutil
import signal
import socket
from pathlib import Path

import pytest

from tests.e2e.stage import Stage, eventually

pytestmark = pytest.mark.e2e


def test_a_hung_keeper_is_replaced_and_what_was_bought_meanwhile_gets_its_sell(tmp_path: Path) -> None:
    with Stage(tmp_path, ["--symbol", "BTCUSDT"]) as stage:
        stage.run()
        (hung,) = stage.processes("PairKeeper")
        os.kill(hung.pid, signal.SIGSTOP)
        bought = stage.buy("BTCUSDT")
        eventually("its SELL", lambda: stage.sells_of("BTCUSDT", bought))
        assert hung.pid not in {each.pid for each in stage.processes("PairKeeper")}
        assert "has handled nothing for 10 s and is killed" in stage.words()
        eventually("the restart in the status", lambda: stage.status()["restarts"] == {"BTCUSDT keeper": 1})


def test_a_deleted_runtime_folder_costs_a_restart_and_no_sell(tmp_path: Path) -> None:
    with Stage(tmp_path, ["--symbol", "BTCUSDT"]) as stage:
        stage.run()
        shutil.rmtree(stage.runtime)
        bought = stage.buy("BTCUSDT")
        stage.ready()
        eventually("its SELL", lambda: stage.sells_of("BTCUSDT", bought))
        assert "was deleted" in stage.words()


def test_the_service_manager_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(20)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        with Stage(tmp_path, ["--symbol", "BTCUSDT"]) as stage:
            stage.run()
            assert manager.recv(100) == b"READY=1"
            assert manager.recv(100) == b"WATCHDOG=1"
            (root,) = stage.processes("Guardian")
            os.kill(root.pid, signal.SIGKILL)
            assert stage.service is not None
            main = stage.service.pid
            eventually("another root", lambda: {each.pid for each in stage.processes("Guardian")} - {root.pid})
            assert stage.service.pid == main
            assert stage.service.poll() is None
            while manager.recv(100) != b"READY=1":
                pass
            stage.ready()
        said = b""
        while said != b"STOPPING=1":
            said = manager.recv(100)
