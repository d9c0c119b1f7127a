"""Whether the book, this keeper and the stream can be trusted."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.recovery.in_flight import alive_until

CONTRADICTIONS = 3  # comparisons in a row whose answers contradict the book


UNPROVEN_AFTER_MS = 600_000


_AGAIN_FIRST_S = 2.0


_AGAIN_MOST_S = 60.0


_START_ANEW = "stop, move the database away and start: open lots are rebuilt from the exchange"


@dataclass(frozen=True, slots=True)
class BookTrust:
    """What comparisons with the exchange have shown, the newest last.

    `another` says what gave another keeper away, until a person resumes the pair; `denied` which SELL of ours the
    exchange does not know, `denials` how often in a row, and `is_certain` that it should know it by now;
    `contradictions` counts comparisons in a row whose answers cannot be true together with the book, `reason` is that
    of the last one that failed.
    """

    other_keeper: str = ""
    missing_sell: str = ""
    times_missing: int = 0
    is_certain: bool = False
    contradictions: int = 0
    reason: str = ""

    def after_success(self, denied: str, *, is_certain: bool = True) -> "BookTrust":
        """A comparison is through; `denied` is what the exchange did not know, empty when it knew all."""
        return BookTrust(
            self.other_keeper, denied, self.times_missing + 1 if denied else 0, bool(denied) and is_certain
        )

    def after_contradiction(self, reason: str) -> "BookTrust":
        return replace(self, contradictions=self.contradictions + 1, reason=reason)

    def after_no_answer(self, reason: str) -> "BookTrust":
        """No answer was to be had, which contradicts nothing."""
        return replace(self, reason=reason)

    @property
    def retry_after_s(self) -> float | None:
        """How soon to compare again what the exchange does not know; None when there is no such thing."""
        return min(_AGAIN_FIRST_S * 2 ** min(self.times_missing - 1, 10), _AGAIN_MOST_S) if self.missing_sell else None


def watch_only_reason(ground: BookTrust, symbol: str, complete_age_ms: int | None) -> str:
    """Why no SELL is placed now, and the way out; empty when the ground is proven.

    All but the first end by themselves with the next comparison that succeeds. While comparisons stay without an answer
    the account's stream still proves what is bought: for ten minutes SELLs are placed on its word alone.
    """
    if ground.other_keeper:
        return f"{ground.other_keeper}; one account has one keeper: end the other one, then: lotkeeper resume {symbol}"
    if ground.missing_sell and ground.is_certain:
        cause = "is this another account's key, or a test exchange that was wiped?"
        return f"{ground.missing_sell}; {cause} Then {_START_ANEW}"
    if ground.contradictions >= CONTRADICTIONS:
        return f"{ground.contradictions} comparisons in a row failed: {ground.reason}; if it stays so, {_START_ANEW}"
    if ground.reason and complete_age_ms is not None and complete_age_ms > UNPROVEN_AFTER_MS:
        return f"no comparison has succeeded for {complete_age_ms // 60_000} minutes: {ground.reason}"
    return ""


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


def sole_sender_since(begun_ms: int, begun_at: float, leaves_within_ms: int, recv_window_ms: int) -> SoleSenderSince:
    """The tenure of a keeper that began then; the life before it had sent its last order by that moment."""
    settled_ms = alive_until(begun_ms + leaves_within_ms, recv_window_ms)
    return SoleSenderSince(settled_ms, begun_at + (settled_ms - begun_ms) / 1000)


def proves_other_keeper(report: OrderReport, tenure: SoleSenderSince, now: float) -> bool:
    """Whether a SELL with one of our names, which was not sent from here, proves another keeper."""
    is_late = report.created_ms is not None and report.created_ms > tenure.settled_ms
    return is_late and tenure.is_settled(now)


# An event may come a while after its trade, and our clock may be off against the exchange's by as much.
MARGIN_MS = 5_000


def find_missed_buy(found: Iterable[Fill], since_ms: int, asked_ms: int) -> Fill | None:
    """The first BUY that a request found, that happened while the stream was proven and long enough before.

    `found` are fills that were new to the book; `since_ms` is when the stream was proven, `asked_ms` when the request
    was made (both milliseconds). A BUY always belongs to a lot, so that a known one cannot be new.
    """
    earliest, latest = since_ms + MARGIN_MS, asked_ms - MARGIN_MS
    return next((fill for fill in found if fill.side is Side.BUY and earliest < fill.time_ms < latest), None)
