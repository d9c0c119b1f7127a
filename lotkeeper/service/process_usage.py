"""What a process uses, by /proc."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_USER, _SYSTEM, _STARTED = 11, 12, 19  # places after the name of the process (source: proc_pid_stat(5))


@dataclass(frozen=True, slots=True)
class ProcessUsage:
    """None where it cannot be read."""

    age_s: float
    cpu_s: float  # in user and kernel mode together
    pss_bytes: int | None  # its own memory, and its share of what it shares with others


def usage_of(pid: int) -> ProcessUsage | None:
    """None for a process that has ended, or that is another user's."""
    folder = _PROC / str(pid)
    try:
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    ticks = os.sysconf("SC_CLK_TCK")
    age_s = time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[_STARTED]) / ticks
    return ProcessUsage(max(0.0, age_s), (int(fields[_USER]) + int(fields[_SYSTEM])) / ticks, _pss_bytes(folder))


def _pss_bytes(folder: Path) -> int | None:
    try:
        lines = (folder / "smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), None)
