"""Two hosts, one account: which of them may send orders, and when the other may take over.

The lease of a host is a record in the database that both reach. Its holder renews it every second. It sends no order
later than MAY_SEND_MS after it asked for its last renewal, by a clock of its own that nobody can set. The record ends
LIFE_MS after that renewal was written, which is later. So the holder stops before another host may take the lease,
whatever keeps it from the database, and without being told.

What the holder sent at its last moment may still be on its way. The next holder counts an order of any pair as in
flight for as long as that can be, and sells nothing before it has compared its book with the exchange after that.
"""

from dataclasses import dataclass
from enum import StrEnum

from lotkeeper.trading.recovery.in_flight import InFlight, alive_until

LIFE_MS = 8_000  # from the writing of a renewal to the end of the lease, by the clock of the database
MAY_SEND_MS = 7_000  # from the asking for it, by the clock of the holder; less than LIFE_MS: clocks drift
RENEW_EVERY_S = 1.0
UNENDING = None  # as `ends_ms`: of a host that runs without a standby, and trades on while the database is away


@dataclass(frozen=True, slots=True)
class HostLease:
    """The record. Moments are milliseconds by the clock of the database."""

    token: int  # that of its holder's system; only the newest is obeyed
    holder: str  # one for each host and account: the same after a restart of the service, another after one of the host
    host: str  # its name, for people
    taken_ms: int
    ends_ms: int | None
    recv_window_ms: int  # of the holder's orders
    released_ms: int | None = None  # when the holder gave it up, with all its actors ended; None while it has not
    may_arrive_ms: int = 0  # so long after `released_ms` an order of it that was not answered may still arrive


@dataclass(frozen=True, slots=True)
class Claim:
    """What a host that wants the lease is, and has seen."""

    holder: str
    is_standby: bool  # whether it takes turns with another host (`--standby`)
    unchanged_s: float = 0.0  # for how long it has seen the record unchanged, by its own clock


@dataclass(frozen=True, slots=True)
class MayTake:
    """The lease is free for who asked."""

    is_from_another: bool = False  # another host held it before
    may_arrive_ms: int = 0  # for so long from now on an order of that host may still arrive


class WaitReason(StrEnum):
    HELD = "another host holds the lease"
    NOT_SURE = "the lease has ended by the clock of the database, and was not seen unchanged for long enough"
    UNENDING = "another host, which runs without --standby, holds a lease that does not end"


@dataclass(frozen=True, slots=True)
class MustWait:
    reason: WaitReason
    again_ms: int  # so soon it may be free


def decide_take(found: HostLease | None, claim: Claim, now_ms: int) -> MayTake | MustWait:
    """Whether a host may take the lease now, by the clock of the database.

    A clock of the database that jumps ahead frees nothing: a lease has to be seen unchanged for its whole life, too.
    A host without --standby is started by a person, who takes an unending lease from a host that is gone.
    """
    if found is None or found.holder == claim.holder:
        return MayTake()
    if found.released_ms is not None:
        return MayTake(True, max(0, found.released_ms + found.may_arrive_ms - now_ms))
    if found.ends_ms is UNENDING:
        return MustWait(WaitReason.UNENDING, LIFE_MS) if claim.is_standby else MayTake(True)
    if now_ms < found.ends_ms:
        return MustWait(WaitReason.HELD, found.ends_ms - now_ms)
    unchanged_ms = int(claim.unchanged_s * 1000)
    if unchanged_ms < LIFE_MS:
        return MustWait(WaitReason.NOT_SURE, LIFE_MS - unchanged_ms)
    return MayTake(True, max(0, alive_until(LIFE_MS, found.recv_window_ms) - unchanged_ms))


def may_send_until(asked_s: float) -> float:
    """Until when (s) the holder of a lease may send orders that was renewed, having asked for that at `asked_s`."""
    return asked_s + MAY_SEND_MS / 1000


def order_of_another_host(may_arrive_ms: int, now_ms: int, recv_window_ms: int) -> InFlight | None:
    """An order that another host may have sent, of any pair; None where none can arrive any more."""
    if may_arrive_ms <= 0:
        return None
    return InFlight("", "", 0, now_ms + may_arrive_ms - alive_until(0, recv_window_ms), recv_window_ms)
