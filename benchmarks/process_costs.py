"""What the processes of a service cost, by /proc."""

import os
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from lotkeeper.verification.staging.processes import StagedProcess

_KIB_IN_MIB = 1024


def cpu_s(processes: Iterable[StagedProcess]) -> float:
    """Seconds of a core that they have used so far. One that has ended counts nothing."""
    ticks = 0
    for each in processes:
        with suppress(OSError):
            words = Path(f"/proc/{each.pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def pss_mib(processes: Iterable[StagedProcess]) -> float:
    """Their memory, where what several processes share is counted once (proportional set size)."""
    kib = 0
    for each in processes:
        with suppress(OSError):
            lines = Path(f"/proc/{each.pid}/smaps_rollup").read_text().splitlines()
            kib += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kib / _KIB_IN_MIB


def cpu_ns_by_title(processes: Iterable[StagedProcess]) -> Counter[str]:
    """Nanoseconds of a core that their threads have used so far, by the first word of the title."""
    used = Counter[str]()
    for each in processes:
        for task in Path(f"/proc/{each.pid}/task").glob("*/schedstat"):
            with suppress(OSError):
                used[each.title.split()[0].rpartition("/")[2]] += int(task.read_text().split()[0])
    return used
