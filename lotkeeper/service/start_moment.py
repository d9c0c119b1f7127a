"""When the service was started, by the clocks of this machine.

What is bought after `lotkeeper start` was entered is kept. So the moment is that at which the first process began, and
not the one at which its Python code was loaded.
"""

import os
import time
from pathlib import Path

from lotkeeper.trading.recovery.history_start import MachineMoment

# A shell that has run for days may replace itself by this program (exec), which keeps the time at which it began.
_LONGEST_LOAD_S = 5.0
_STAT, _BOOT_ID = Path("/proc/self/stat"), Path("/proc/sys/kernel/random/boot_id")
_START_FIELD = 19  # of those after the program's name: starttime, in clock ticks since the boot (proc(5))


def process_start() -> MachineMoment:
    """When this process began; now, where the machine does not tell or where it began long before its code."""
    now_s = _since_boot_s()
    began_s = _began_s()
    is_plausible = began_s is not None and 0 <= now_s - began_s <= _LONGEST_LOAD_S
    return moment_at(began_s if is_plausible and began_s is not None else now_s)


def moment_at(since_boot_s: float) -> MachineMoment:
    """The moment so many seconds after the machine was booted; in the past, or now."""
    ago_s = max(0.0, _since_boot_s() - since_boot_s)
    return MachineMoment(int((time.time() - ago_s) * 1000), int(since_boot_s * 1000), _boot_id())


def moment_ago(seconds: float) -> MachineMoment:
    return moment_at(_since_boot_s() - seconds)


def now() -> MachineMoment:
    return moment_at(_since_boot_s())


def _since_boot_s() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)  # unlike the monotonic clock it goes on while the machine sleeps


def _began_s() -> float | None:
    try:
        fields = _STAT.read_text().rpartition(")")[2].split()
        return int(fields[_START_FIELD]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None


def _boot_id() -> str:
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return ""
