"""What the engine does for the service: hung actors, a deleted folder, the service manager."""

import os
import shutil
import signal
import socket
from pathlib import Path

import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import WITHIN_S, SystemUnderTest

pytestmark = pytest.mark.e2e


@pytest.mark.long
def test_a_hung_keeper_is_replaced_and_what_was_bought_meanwhile_gets_its_sell(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"]) as system:
        system.run()
        hung = system.process("PairKeeper")
        os.kill(hung.pid, signal.SIGSTOP)
        bought = system.buy("BTCUSDT")
        wait_for("its SELL", lambda: system.sells_of("BTCUSDT", bought))
        assert hung.pid not in {each.pid for each in system.processes("PairKeeper")}
        assert "has handled nothing for 10 s and is killed" in system.service.output()
        wait_for("the restart in the status", lambda: system.told()["restarts"] == {"BTCUSDT keeper": 1})


@pytest.mark.long
def test_a_disk_that_hangs_stops_no_sell(tmp_path: Path) -> None:
    """To open a FIFO that nobody reads waits for ever, as a mount does whose server is gone; the Ledger waits, too."""
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"]) as system:
        logs = tmp_path / "logs"
        logs.mkdir(exist_ok=True)
        os.mkfifo(logs / "lotkeeper.jsonl")
        system.run()
        ledger = system.process("Ledger")
        os.kill(ledger.pid, signal.SIGSTOP)
        for _ in range(3):
            bought = system.buy("BTCUSDT")
            wait_for("its SELL", lambda bought=bought: system.sells_of("BTCUSDT", bought))
        assert ledger.pid in {each.pid for each in system.processes("Ledger")}
        os.kill(ledger.pid, signal.SIGCONT)
        system.wait_until_well()


def test_a_deleted_runtime_folder_costs_a_restart_and_no_sell(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"]) as system:
        system.run()
        shutil.rmtree(system.runtime_dir)
        bought = system.buy("BTCUSDT")
        system.wait_until_well()
        wait_for("its SELL", lambda: system.sells_of("BTCUSDT", bought))
        assert "was deleted" in system.service.output()


def test_the_service_manager_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(WITHIN_S)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"]) as system:
            system.run()
            assert manager.recv(100) == b"READY=1"
            assert manager.recv(100) == b"WATCHDOG=1"
            root = system.process("Guardian")
            os.kill(root.pid, signal.SIGKILL)
            main = system.service.pid
            wait_for("another root", lambda: {each.pid for each in system.processes("Guardian")} - {root.pid})
            assert system.service.pid == main
            assert system.service.exit_code() is None
            while manager.recv(100) != b"READY=1":
                pass
            system.wait_until_well()
        said = b""
        while said != b"STOPPING=1":
            said = manager.recv(100)
