"""Until when this host may send orders. A host that runs without a standby always may."""

import time
from collections.abc import Callable

from messages.host_lease import HostTerm

_NOT_RENEWED = (
    "this host's lease could not be renewed in time, so that another host may have it: no order is sent; "
    "is the database reachable?"
)


def since_boot_s() -> float:
    """Unlike the monotonic clock it goes on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class SendingTerm:
    """The holder of a lease stops by itself, before another host can take it."""

    def __init__(self, read_s: Callable[[], float] = since_boot_s) -> None:
        self._read_s = read_s
        self._until_s: float | None = None  # None: it does not end

    def begin(self, term: HostTerm | None) -> None:
        if term is not None and term.may_send_until_s is not None:
            self._until_s = max(term.may_send_until_s, self._until_s or 0.0)

    def renew(self, until_s: float) -> None:
        """Nothing shortens it: an older message may come after a newer one."""
        if self._until_s is not None:
            self._until_s = max(self._until_s, until_s)

    def may_send(self) -> bool:
        return self._until_s is None or self._read_s() < self._until_s

    def trouble(self) -> str:
        """For people; empty while orders may be sent."""
        return "" if self.may_send() else _NOT_RENEWED
