"""`lotkeeper top` at a pseudo-terminal, while the service that it watches stops and starts."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.environment import ROOT, WITHIN_S, SystemUnderTest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]  # the service starts twice
_CONTROL = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>]")


class Terminal:
    """A command at a terminal of 120 columns. It draws only what changes."""

    def __init__(self, process: subprocess.Popen[bytes], descriptor: int) -> None:
        self.process, self._descriptor = process, descriptor
        self.raw = b""

    def wait_for(self, text: str) -> None:
        """Until it is drawn after the last time that something was waited for."""
        drawn, deadline = b"", time.monotonic() + WITHIN_S
        while text.encode() not in _CONTROL.sub(b"", drawn):
            assert time.monotonic() < deadline, drawn
            if select.select([self._descriptor], [], [], 0.5)[0]:
                piece = os.read(self._descriptor, 65536)
                drawn += piece
                self.raw += piece

    def type(self, keys: str) -> None:
        os.write(self._descriptor, keys.encode())

    def end(self) -> int:
        """Takes what is still drawn, so that the command does not wait for its terminal."""
        deadline = time.monotonic() + WITHIN_S
        while self.process.poll() is None and time.monotonic() < deadline:
            if select.select([self._descriptor], [], [], 0.1)[0]:
                try:
                    self.raw += os.read(self._descriptor, 65536)
                except OSError:  # it has closed its side
                    break
        return self.process.wait(WITHIN_S)


@contextmanager
def at_terminal(system: SystemUnderTest, *words: str, **variables: str) -> Iterator[Terminal]:
    ours, theirs = pty.openpty()
    environment = {**system.service.environment(), "COLUMNS": "120", "LINES": "40", "TERM": "xterm-256color"}
    command = [sys.executable, "-m", "cli.main", *words, "--config", str(system.config)]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env={**environment, **variables}, cwd=ROOT
    )
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.wait(WITHIN_S)
        os.close(ours)


def test_the_console_outlives_the_service_and_says_so(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT", "--symbol", "ETHUSDT"]) as system:
        system.run_unproven()
        with at_terminal(system, "top", "--every", "0.5") as terminal:
            terminal.wait_for("ETHUSDT keeper")
            terminal.type("d")
            terminal.wait_for("Guardian")
            system.stop()
            terminal.wait_for("is not running")
            system.run_unproven()
            terminal.type("l")
            terminal.wait_for("no actor has died")
            terminal.type("q")
            assert terminal.end() == 0
            assert b"Traceback" not in terminal.raw
        _check_plain(system)


def _check_plain(system: SystemUnderTest) -> None:
    """The table alone where that is asked for, and anywhere but on a terminal."""
    with at_terminal(system, "top", "--plain", NO_COLOR="1") as terminal:
        terminal.wait_for("ETHUSDT keeper")
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.end() == 0
    assert b"q Quit" not in terminal.raw
