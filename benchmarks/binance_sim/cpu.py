"""A core for the server alone, and its CPU time."""

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class CpuTime:
    """The time of some work: seconds by the clock, and CPU seconds of the measured process."""

    wall_s: float = 0.0
    cpu_s: float = 0.0

    def rates(self, count: int) -> str:
        """Cells of a table: a second by the clock, and a second of the core."""
        return f"{count / self.wall_s:,.0f} | {count / max(self.cpu_s, 1e-9):,.0f}"


def pin_processes(server_pid: int) -> None:
    """Run the server on the first core and this process on the others, with the highest allowed priority."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(server_pid, cores[:1])
    os.sched_setaffinity(0, cores[1:] or cores)
    for pid in (server_pid, 0):
        with contextlib.suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, pid, -20)


@contextlib.contextmanager
def measure_cpu(pid: int) -> Iterator[CpuTime]:
    """Measure a process while the block runs."""
    spent, cpu, start = CpuTime(), cpu_s(pid), time.perf_counter()
    yield spent
    spent.wall_s, spent.cpu_s = time.perf_counter() - start, cpu_s(pid) - cpu


def cpu_s(pid: int) -> float:
    """CPU seconds that the process has used, in user code and in the kernel."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND
