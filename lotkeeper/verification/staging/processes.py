"""Finds the processes of a staged service in /proc, so that a drill or a test can kill them."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_MARK = "STAGED_FOR"
_STARTED = 19  # the place of `starttime` after the name of the process (source: proc_pid_stat(5))


def mark_variables(mark: str) -> dict[str, str]:
    """Variables for the environment of the service, and so of every process that it forks.

    SPT_NOENV keeps a process that sets its title from writing the title over its environment (setproctitle).
    """
    return {_MARK: mark, "SPT_NOENV": "1"}


@dataclass(frozen=True, slots=True)
class StagedProcess:
    pid: int
    title: str  # as `ps` shows it, such as `PairKeeper BTCUSDT`

    @property
    def age_s(self) -> float:
        """How long it has run; 0 if it has ended."""
        try:
            after_name = (_PROC / str(self.pid) / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        started_s = int(after_name[_STARTED]) / os.sysconf("SC_CLK_TCK")
        return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - started_s)


def find_processes(mark: str, title: str = "") -> list[StagedProcess]:
    """The running processes with this mark whose title begins with `title`, in the order of their ids."""
    found = (_read(int(entry.name), f"{_MARK}={mark}".encode()) for entry in _PROC.iterdir() if entry.name.isdigit())
    return sorted(
        (each for each in found if each is not None and each.title.startswith(title)), key=lambda each: each.pid
    )


def _read(pid: int, mark: bytes) -> StagedProcess | None:
    """None without the mark, and for a zombie, which shows no environment."""
    try:
        variables = (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
        title = (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ")
    except OSError:  # another user's process, or it has ended meanwhile
        return None
    if mark not in variables or pid == os.getpid():
        return None
    return StagedProcess(pid, title.decode(errors="replace").strip())
