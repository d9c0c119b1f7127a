"""A command at a pseudo-terminal, with answers to its questions."""

import os
import pty
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from select import select

from tests.e2e.environment import ROOT, WITHIN_S

_CHUNK = 4096


def at_terminal(words: Sequence[str], answers: Sequence[tuple[str, str]], env: Mapping[str, str]) -> str:
    """What the command shows. Each answer is typed once its question stands there."""
    ours, its = pty.openpty()
    command = [sys.executable, "-m", "cli.main", *words]
    process = subprocess.Popen(
        command, stdin=its, stdout=its, stderr=its, env={**env, "PYTHONPATH": str(ROOT)}, start_new_session=True
    )
    os.close(its)
    try:
        shown = _converse(ours, answers)
    finally:
        os.close(ours)
        if process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(WITHIN_S)
            process.kill()
    assert process.returncode == 0, shown
    return shown


def _converse(terminal: int, answers: Sequence[tuple[str, str]]) -> str:
    shown, waiting, since, deadline = "", list(answers), 0, time.monotonic() + WITHIN_S
    while (left_s := deadline - time.monotonic()) > 0:
        if not select([terminal], [], [], left_s)[0]:
            break
        try:
            piece = os.read(terminal, _CHUNK)
        except OSError:  # the command has ended
            piece = b""
        if not piece:
            return shown
        shown += piece.decode(errors="replace")
        if waiting and waiting[0][0] in shown[since:]:
            os.write(terminal, f"{waiting.pop(0)[1]}\n".encode())
            since = len(shown)
    raise AssertionError(f"it did not end; it showed: {shown}")
