"""Pages of memory that are equal in many processes, which the kernel keeps once (KSM).

An actor's process is a fork of the launcher, and shares its memory until it writes. Python counts the references to
each object that it uses, so that even code which is only run is written to, and copied. Most of these copies are equal
again in all keepers, and in all supervisors. The kernel finds them where a process allows it (prctl(2),
PR_SET_MEMORY_MERGE, Linux 6.4), and only while the administrator has it look for them
(kernel.org/doc/html/latest/admin-guide/mm/ksm.html).
"""

import ctypes
import os
from pathlib import Path

_PR_SET_MEMORY_MERGE = 67  # linux/prctl.h
_KERNEL_SWITCH = Path("/sys/kernel/mm/ksm/run")
_IS_RUNNING = "1"
SWITCH_ON = f"echo 1 | sudo tee {_KERNEL_SWITCH}"


def allow_merging() -> str:
    """Allows it for this process and all that it forks from now on; why it cannot be allowed, or nothing."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_MEMORY_MERGE, 1, 0, 0, 0) == 0:
        return ""
    return f"this kernel does not merge equal pages of memory ({os.strerror(ctypes.get_errno())}); Linux 6.4 does"


def does_kernel_merge(switch: Path = _KERNEL_SWITCH) -> bool:
    """Whether the kernel looks for equal pages now."""
    try:
        return switch.read_text().strip() == _IS_RUNNING
    except OSError:
        return False
