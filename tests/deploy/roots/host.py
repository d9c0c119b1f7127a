"""A Debian root that systemd has started, as a machine has: its own processes, mounts and services."""

import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.deploy.roots.enclosure import Enclosure

_SYSTEMD = ("/lib/systemd/systemd", "--log-target=console", "--log-level=warning", "--unit=multi-user.target")
_ENDS_WITHIN_S = 60.0
# The hierarchy in which a systemd keeps its services, on machines with cgroups of version 1 beside others.
_GROUPS = Path("/sys/fs/cgroup/systemd")


@dataclass(slots=True)
class Host:
    """Context manager: inside it the machine is up. `binds` are folders of this machine, by where they are seen."""

    root: Path
    binds: Mapping[str, Path]
    environment: Mapping[str, str]
    output: Path
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    def __enter__(self) -> "Host":
        if not (_GROUPS / "cgroup.procs").exists():
            pytest.skip("systemd needs cgroups of version 1 here, and they are not to be had")
        group = self._group()
        group.mkdir()
        enter = f'echo $$ > {group}/cgroup.procs && exec "$@"'
        words = ["sh", "-c", enter, "sh", *self._enclosure({"container": "test"}).command(*_SYSTEMD)]
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            wait_for("systemd", self._is_up)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._first().send_signal(signal.SIGRTMIN + 4)  # systemd(1): powers off, after its services have ended
        self._end()

    def _end(self) -> None:
        assert self._process is not None
        try:
            self._process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        wait_for("the end of its processes", self._remove_group)

    def run(self, script: str, **more: str) -> str:
        """The standard output of shell commands, which root gives one after the other; the first that fails ends it."""
        inside = self._enclosure({**self.environment, **more})
        done = self._run(inside, "sh", "-e", "-x", "-c", script)
        assert done.returncode == 0, f"{done.stderr[-3000:]}{done.stdout[-2000:]}{self._journal()}"
        return done.stdout

    def _run(self, inside: Enclosure, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(inside.beside(self._first().pid, *words), capture_output=True, text=True, check=False)

    def _journal(self) -> str:
        """The last lines of what services said."""
        return self._run(self._enclosure({}), "journalctl", "--no-pager", "--lines=30").stdout

    def _enclosure(self, environment: Mapping[str, str]) -> Enclosure:
        return Enclosure(self.root, environment=environment, binds=self.binds, memory=["/tmp"], is_system=True)

    def _first(self) -> psutil.Process:
        assert self._process is not None
        assert self._process.poll() is None, self.output.read_text()[-2000:]
        found = wait_for("the first process", psutil.Process(self._process.pid).children)
        return found[0]

    def _is_up(self) -> bool:
        return self._run(self._enclosure({}), "systemctl", "is-system-running").stdout.strip() in (
            "running",
            "degraded",
        )

    def _group(self) -> Path:
        return _GROUPS / self.root.parent.name

    def _remove_group(self) -> bool:
        """Its groups are files of this machine, and stay until they are removed, the innermost first."""
        for each in sorted(self._group().rglob("*"), reverse=True):
            if each.is_dir() and _is_used(each):
                return False
            if each.is_dir():
                each.rmdir()
        if not _is_used(self._group()):
            self._group().rmdir()
        return not self._group().exists()


def _is_used(group: Path) -> bool:
    return bool((group / "cgroup.procs").read_text())
