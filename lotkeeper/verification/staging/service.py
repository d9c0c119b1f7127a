"""The service as a user runs it (`lotkeeper run`), as a process that can be started, stopped and killed."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from lotkeeper.verification.staging.processes import Seen, marked, processes

STOP_WITHIN_S = 5.0
_GONE_WITHIN_S = 10.0
_ROOT = Path(__file__).parents[3]


class StagedService:
    """In a session of its own, so that Ctrl-C at the terminal reaches the caller alone; it ends with its caller.

    `mark` tells its processes from all others; what it says goes to the file `output`.
    """

    def __init__(self, config: Path, secrets: Mapping[str, str], output: Path, mark: str) -> None:
        self._config, self._secrets, self._output, self._mark = config, secrets, output, mark
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "cli.main", "run", "--quiet", "--config", str(self._config)]
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("LOTKEEPER_")}
        paths = os.pathsep.join(filter(None, (str(_ROOT), inherited.get("PYTHONPATH", ""))))
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 (our own command, no shell)
                [*command, "--parent-pid", str(os.getpid())],
                env={**inherited, "PYTHONPATH": paths, **marked(self._mark), **self._secrets},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def ended(self) -> int | None:
        """The exit code of one that was started and has ended by itself."""
        return None if self._process is None else self._process.poll()

    def words(self) -> str:
        """What it wrote to its terminal."""
        return self._output.read_text(errors="replace").strip() if self._output.exists() else ""

    def processes(self, title: str = "") -> list[Seen]:
        return processes(self._mark, title)

    def stop(self) -> None:
        """In order, or if need be not."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def kill(self) -> None:
        """All of it at once, as when a machine loses its power; returns when nothing of it lives."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        self._process = None
        deadline = time.monotonic() + _GONE_WITHIN_S
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.02)
