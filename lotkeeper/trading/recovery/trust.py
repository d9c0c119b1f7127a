"""Whether a pair may sell: what comparisons with the exchange have shown of its book, whether another keeper trades for
the account, and whether the account's stream leaves events out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.recovery.in_flight import alive_until

CONTRADICTIONS = 3  # so many comparisons in a row whose answers contradict the book stop the selling
UNPROVEN_AFTER_MS = 600_000
_RETRY_FIRST_S = 2.0
_RETRY_MAX_S = 60.0
# The database alone knows the lots that have no SELL on the exchange: no advice may cost it.
_KEEPS_ALL = "every lot is kept"
# An event may come a while after its trade, and our clock may be off against the exchange's by as much.
MARGIN_MS = 5_000

# The book


@dataclass(frozen=True, slots=True)
class BookTrust:
    """What the comparisons of a pair's book with the exchange have shown so far. Empty texts: nothing of the kind."""

    other_keeper: str = ""  # what gave another keeper away; until a person resumes the pair
    missing_sell: str = ""  # a SELL of ours that the exchange does not know
    missing_lot: str = ""  # its lot
    times_missing: int = 0  # how often in a row it was missing
    is_certain: bool = False  # whether the exchange should know the missing SELL by now
    contradictions: int = 0  # comparisons in a row whose answers cannot be true together with the book
    reason: str = ""  # why the last comparison failed

    def after_success(self, missing_sell: str, missing_lot: str = "", *, is_certain: bool = True) -> "BookTrust":
        """After a comparison that got all its answers; `missing_sell` is empty if the exchange knew every SELL."""
        times = self.times_missing + 1 if missing_sell else 0
        return BookTrust(self.other_keeper, missing_sell, missing_lot, times, bool(missing_sell) and is_certain)

    def after_contradiction(self, reason: str) -> "BookTrust":
        """After a comparison whose answers contradict the book."""
        return replace(self, contradictions=self.contradictions + 1, reason=reason)

    def after_no_answer(self, reason: str) -> "BookTrust":
        """After a comparison that got no answer, which contradicts nothing."""
        return replace(self, reason=reason)

    @property
    def retry_after_s(self) -> float | None:
        """How soon to compare again because the exchange does not know a SELL; None if it knows all."""
        return min(_RETRY_FIRST_S * 2 ** min(self.times_missing - 1, 10), _RETRY_MAX_S) if self.missing_sell else None


def watch_only_reason(trust: BookTrust, symbol: str, complete_age_ms: int | None) -> str:
    """Why no SELL is placed now, and what a person can do; empty if the book is trusted.

    All reasons but the first end by themselves with the next comparison that succeeds. While comparisons get no answer,
    the account's stream still proves what is bought: for ten minutes SELLs are placed on its events alone.
    """
    if trust.other_keeper:
        return f"{trust.other_keeper}; one account has one keeper: end the other one, then: lotkeeper resume {symbol}"
    if trust.missing_sell and trust.is_certain:
        key = "if this is another account's key, set the right one, then: lotkeeper restart"
        gone = f"if the exchange has lost the order, then: lotkeeper release {trust.missing_lot}"
        return f"{trust.missing_sell}; {key}; {gone} ({_KEEPS_ALL} but that one)"
    if trust.contradictions >= CONTRADICTIONS:
        advice = f"if it stays so, then: lotkeeper restart ({_KEEPS_ALL})"
        return f"{trust.contradictions} comparisons in a row failed: {trust.reason}; {advice}"
    if trust.reason and complete_age_ms is not None and complete_age_ms > UNPROVEN_AFTER_MS:
        return f"no comparison has succeeded for {complete_age_ms // 60_000} minutes: {trust.reason}"
    return ""


def watch_only_command(trust: BookTrust, symbol: str) -> str:
    """What ends that a pair is watch-only; empty where it ends by itself, or is not so."""
    if trust.other_keeper:
        return f"lotkeeper resume {symbol}"
    if trust.missing_sell and trust.is_certain:
        return f"lotkeeper release {trust.missing_lot}"
    return "lotkeeper restart" if trust.contradictions >= CONTRADICTIONS else ""


# Another keeper: it shows itself by an order with our client id format that neither this keeper nor our database sent,
# created after any previous keeper of ours could still have sent one. Before that moment such an order is our own, and
# the database has lost it: after a crash, or because it was deleted or restored from an old backup.


@dataclass(frozen=True, slots=True)
class SoleSenderSince:
    """From when on no other keeper of ours can have sent an order, by two clocks."""

    settled_ms: int  # wall clock (ms)
    settled_at: float  # monotonic clock (s), which nobody can set back: an order seen before it proves nothing

    def is_settled(self, now: float) -> bool:
        """Whether at `now` (monotonic, s) no request of an earlier process can be under way any more."""
        return now >= self.settled_at


def sole_sender_since(begun_ms: int, begun_at: float, leaves_within_ms: int, recv_window_ms: int) -> SoleSenderSince:
    """For a keeper that began then: the process before it had sent its last order by that moment."""
    settled_ms = alive_until(begun_ms + leaves_within_ms, recv_window_ms)
    return SoleSenderSince(settled_ms, begun_at + (settled_ms - begun_ms) / 1000)


def proves_other_keeper(
    report: OrderReport, sole_sender: SoleSenderSince, now: float, exchange_ahead_ms: int = 0
) -> bool:
    """Whether a SELL with one of our names, which was not sent from here, proves another keeper.

    `exchange_ahead_ms` is how far the exchange's clock is ahead of our wall clock.
    """
    settled_ms = sole_sender.settled_ms + exchange_ahead_ms
    is_late = report.created_ms is not None and report.created_ms > settled_ms
    return is_late and sole_sender.is_settled(now)


# The account's stream: one that answers pings and yet sends no events is found out by what it left out


def find_missed_buy(found: Iterable[Fill], since_ms: int, asked_ms: int) -> Fill | None:
    """The first BUY that a request found and that the stream should have sent: it happened while the stream was proven.

    `found` are fills that were new to the book, `since_ms` is when the stream was proven, `asked_ms` when the request
    was made (both milliseconds). A BUY always belongs to a lot, so that a known one cannot be new.
    """
    earliest, latest = since_ms + MARGIN_MS, asked_ms - MARGIN_MS
    return next((fill for fill in found if fill.side is Side.BUY and earliest < fill.time_ms < latest), None)
