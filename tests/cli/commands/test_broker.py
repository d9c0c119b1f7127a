"""`lotkeeper broker` as a process."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lotkeeper.exchange.sharing.broker_link import BrokerLink
from tests.cli.conftest import Run
from tests.lotkeeper.exchange.sharing.served import ServedBroker


def test_it_says_when_it_listens_and_ends_with_a_signal(tmp_path_factory: pytest.TempPathFactory) -> None:
    socket = tmp_path_factory.mktemp("b") / "made" / "budget.sock"
    command = [sys.executable, "-m", "cli.main", "broker", "--socket", str(socket)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"shares are granted on {socket}\n"
        link = BrokerLink(socket)
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
        link.close()
    assert not socket.exists()


def test_what_it_cannot_do_is_one_sentence(run: Run, tmp_path: Path) -> None:
    done = run("broker", "--socket", str(tmp_path / "b.sock"), "--group", "no-such-group")
    assert (done.exit_code, done.stderr) == (
        1,
        "Error: no-such-group is no group of this machine; `sudo groupadd no-such-group` makes it\n",
    )
    far = tmp_path / "missing" / "further" / "b.sock"
    done = run("broker", "--socket", str(far))
    assert (done.exit_code, done.stderr) == (1, f"Error: {far}: No such file or directory\n")


def test_a_second_broker_is_refused(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    with ServedBroker(tmp_path_factory.mktemp("b") / "b.sock") as first:
        done = run("broker", "--socket", str(first.path))
        assert (done.exit_code, done.stderr) == (1, f"Error: a broker listens on {first.path} already\n")
