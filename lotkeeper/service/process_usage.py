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


_TO_BE_READ = -1


def usage_of(pid: int, pss_bytes: int | None = _TO_BE_READ) -> ProcessUsage | None:
    """None for a process that has ended, or that is another user's. `pss_bytes` is given where it is known already."""
    folder = _PROC / str(pid)
    try:
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    ticks = os.sysconf("SC_CLK_TCK")
    age_s = time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[_STARTED]) / ticks
    if pss_bytes == _TO_BE_READ:
        pss_bytes = pss_bytes_of(pid)
    return ProcessUsage(max(0.0, age_s), (int(fields[_USER]) + int(fields[_SYSTEM])) / ticks, pss_bytes)


def pss_bytes_of(pid: int) -> int | None:
    """The proportional set size; None where it cannot be read."""
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), None)
