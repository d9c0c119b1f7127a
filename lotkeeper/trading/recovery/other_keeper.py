"""Who else trades for this account: SELLs with our names that were not sent from here.

Two keepers that know nothing of each other share but the exchange. What gives the other away is an order that bears one
of our names, which this database and this keeper did not send, and which came into being when no earlier life of this
keeper could have sent it any more. Before that moment such an order is one of ours that the notebook has lost: after a
crash, with the database deleted or put back from an old backup.
"""

from dataclasses import dataclass

from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.recovery.reconcile import alive_until


@dataclass(frozen=True, slots=True)
class SoleSenderSince:
    """From when on this keeper is the only one that can have sent an order, by two clocks.

    `settled_ms` by the wall clock (ms), which the exchange's times are compared with; `settled_at` by the monotonic one
    (s), which nobody can set back: an order seen before that proves nothing, whatever its time.
    """

    settled_ms: int
    settled_at: float

    def is_settled(self, now: float) -> bool:
        """Whether at `now` (monotonic, s) nothing of an earlier life is under way any more."""
        return now >= self.settled_at


def tenure_from(begun_ms: int, begun_at: float, leaves_within_ms: int, recv_window_ms: int) -> SoleSenderSince:
    """The tenure of a keeper that began then; the life before it had sent its last order by that moment."""
    settled_ms = alive_until(begun_ms + leaves_within_ms, recv_window_ms)
    return SoleSenderSince(settled_ms, begun_at + (settled_ms - begun_ms) / 1000)


def is_of_another(report: OrderReport, tenure: SoleSenderSince, now: float) -> bool:
    """Whether a SELL with one of our names, which was not sent from here, proves another keeper."""
    is_late = report.created_ms is not None and report.created_ms > tenure.settled_ms
    return is_late and tenure.is_settled(now)
