"""Priority for what is measured on a machine that has other work, which would take most of every figure."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def prioritised(is_wanted: bool) -> Iterator[None]:
    """Inside it this process, and what it starts, comes before all ordinary processes. Only root may do that.

    A nice value would not do: the kernel counts it within a session alone, and the service has a session of its own.
    """
    if not is_wanted:
        yield
        return
    usual, their = os.sched_getscheduler(0), os.sched_getparam(0)
    os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    try:
        yield
    finally:
        os.sched_setscheduler(0, usual, their)
