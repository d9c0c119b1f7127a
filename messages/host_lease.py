"""The lease of a host that takes turns with another one: renewed every second, and obeyed by the Gateway."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HostTerm:
    """How this host got the lease. Moments are seconds by clocks that all processes of the machine share."""

    token: int  # that of the system
    holder: str
    host: str  # its name, for people
    may_send_until_s: float | None  # since the boot, also while the machine slept; None: it does not end
    taken_s: float  # monotonic
    # Monotonic: until then an order of the host before this one may still arrive; empty where none can.
    others_arrive_until_s: float | None = None
    others_recv_window_ms: int = 0  # of that host's orders
    is_from_another: bool = False  # another host had it before: it noted its orders elsewhere


@dataclass(frozen=True, slots=True)
class HostLeaseRenewed:
    """Sent to each Gateway after each renewal: until then it may send orders."""

    may_send_until_s: float  # since the boot, also while the machine slept

    def state_key(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class HostLeaseReported:
    """Sent to the Monitor: who holds the lease, and why it cannot be renewed now."""

    at_ms: int  # wall clock, milliseconds
    host: str
    token: int
    left_ms: int  # for so long this host may still send orders without a renewal; 0 or less: no more
    trouble: str  # for people; empty for none

    def state_key(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class HostLeaseLost:
    """Sent to the launcher: another host has the lease. It ends the actors, and waits for its next turn."""

    reason: str  # for people
