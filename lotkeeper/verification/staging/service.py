"""The service as a user runs it (`lotkeeper run`), as a process that can be started, stopped and killed."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from lotkeeper.verification.staging.processes import StagedProcess, find_processes, mark_variables
from lotkeeper.verification.staging.waiting import wait_for

STOP_WITHIN_S = 5.0
_GONE_WITHIN_S = 10.0
_ROOT = Path(__file__).parents[3]


class StagedService:
    """Runs in a session of its own, so that Ctrl-C at the terminal reaches the caller only. Ends with its caller."""

    def __init__(
        self,
        config: Path,
        secrets: Mapping[str, str],
        output: Path,
        mark: str,
        *,
        module: str = "cli.main",
        is_quiet: bool = True,
        prefix: Sequence[str] = (),
        options: Sequence[str] = (),
    ) -> None:
        """`mark` identifies its processes; `output` is the file for what it prints; `module` is what is run.

        `prefix` is a command that runs it elsewhere, such as in a network namespace; `options` are those of `run`.
        """
        self._prefix, self._options = prefix, options
        self._config, self._secrets, self._output, self._mark = config, secrets, output, mark
        self._module, self._is_quiet = module, is_quiet
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns at once."""
        command = [*self._prefix, sys.executable, "-m", self._module, "run", "--config", str(self._config)]
        command += [*self._options]
        command += [*(["--quiet"] if self._is_quiet else []), "--parent-pid", str(os.getpid())]
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 (our own command, no shell)
                command,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def environment(self) -> dict[str, str]:
        """The environment of the caller, with the service's secrets and mark and no other variable of lotkeeper."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("LOTKEEPER_")}
        paths = os.pathsep.join(filter(None, (str(_ROOT), inherited.get("PYTHONPATH", ""))))
        return {**inherited, "PYTHONPATH": paths, **mark_variables(self._mark), **self._secrets}

    @property
    def pid(self) -> int:
        """The launcher's process id; the service has to be started."""
        assert self._process is not None
        return self._process.pid

    def exit_code(self) -> int | None:
        """The exit code if the service was started and has ended by itself; else None."""
        return None if self._process is None else self._process.poll()

    def output(self) -> str:
        """What the service printed."""
        return self._output.read_text(errors="replace").strip() if self._output.exists() else ""

    def processes(self, title: str = "") -> list[StagedProcess]:
        """Its running processes whose title begins with `title`."""
        return find_processes(self._mark, title)

    def stop(self, within_s: float = STOP_WITHIN_S) -> None:
        """Stops it in order; kills it if that takes too long."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def kill(self) -> None:
        """Ends all its processes at once, as a power failure does; returns when none is left."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        self._process = None
        wait_for("no process of the service is left", lambda: not self.processes(), _GONE_WITHIN_S)
