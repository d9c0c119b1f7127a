"""Which source to believe about one pair: its stream, or REST while the stream is down, silent or contradicted.

An order book that does not move sends nothing, and neither does a stream that has gone deaf. REST tells them apart: if
it says the same, nothing was missed; if it says something else, and again `GRACE_S` later while the stream has still
sent nothing, the stream is deaf. All times are seconds of one clock that never runs back.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from lotkeeper.trading.prices.best_prices import BestPrices, PriceSource, fault_of

STALE_AFTER_S = 15.0  # no source has confirmed the price for so long
SILENT_AFTER_S = 10.0  # the stream has sent nothing of the pair for so long: ask REST
MUTE_AFTER_S = 5.0  # the stream's actor, which reports each second, has sent nothing at all
POLL_EVERY_S = 2.0
GRACE_S = 1.5  # less than a poll: the second answer that differs decides
_NEVER = float("-inf")


class RestFinding(StrEnum):
    """What an answer of REST showed."""

    NOTHING = "nothing"  # the stream has sent something newer, or the answer cannot be true
    SAME = "same"  # it confirms the price
    ACCEPTED = "taken"  # it is the price from now on
    DIFFERENT = "different"  # it contradicts the stream for the first time
    DEAF = "deaf"  # it contradicts the stream again: the stream is deaf


@dataclass(slots=True)
class PriceFeed:
    """The price of one pair and where it comes from."""

    started_s: float  # when waiting for its stream began
    best: BestPrices | None = None
    source: PriceSource = PriceSource.STREAM  # of the price
    mode: PriceSource = PriceSource.STREAM  # which source is believed
    reason: str = ""  # why the mode is REST
    is_proven: bool = True  # until its stream reports otherwise, or nothing
    is_halted: bool = False
    down_reason: str = ""
    doubt: str = ""  # why the stream's newest price has been suspicious for long
    is_confirmed: bool = True
    heard_s: float = _NEVER  # when the stream last sent the price
    known_s: float = _NEVER  # the latest moment for which the price is known to be right
    proven_s: float = _NEVER
    _reported_s: float = field(default=_NEVER)
    _differed_s: float | None = None
    _deaf_s: float | None = None
    _asked_s: float = _NEVER

    # What the sources say

    def apply_stream_report(self, is_proven: bool, reason: str, doubt: str, now_s: float) -> None:
        """What the stream reports of itself, each second."""
        if is_proven and not (self.is_proven and self._reported_s > _NEVER):
            self.proven_s = now_s
        self.is_proven, self.down_reason, self.doubt, self._reported_s = is_proven, reason, doubt, now_s

    def apply_stream_price(self, best: BestPrices, is_confirmed: bool, heard_s: float) -> bool:
        """The stream's price, received at `heard_s`; False if something newer is known.

        That REST confirmed the old price later is no objection: REST may lag, and messages come in batches.
        """
        if heard_s < self.heard_s:
            return False
        if heard_s > self.heard_s:
            self.heard_s, self._differed_s = heard_s, None
        if self.source is PriceSource.REST and heard_s < self.known_s:
            return False
        self.best, self.source, self.is_confirmed = best, PriceSource.STREAM, is_confirmed
        self.known_s = max(self.known_s, heard_s)
        return True

    def apply_rest_answer(self, best: BestPrices, asked_s: float) -> RestFinding:
        """An answer of REST, asked at `asked_s`."""
        if fault_of(best) is not None or asked_s <= max(self.heard_s, self.known_s):
            return RestFinding.NOTHING
        if best == self.best:
            self._differed_s, self.known_s, self.is_confirmed = None, asked_s, True
            return RestFinding.SAME
        if self.mode is PriceSource.STREAM and self.best is not None and self.known_s >= self.proven_s:
            return self._handle_contradiction(best, asked_s)
        self._accept_rest(best, asked_s)
        return RestFinding.ACCEPTED

    # What follows

    def update_mode(self, now_s: float) -> bool:
        """Whether the mode changed; `mode` and `reason` tell which it is and why."""
        reason = self._reason_for_rest(now_s)
        mode = PriceSource.REST if reason else PriceSource.STREAM
        if mode is self.mode:
            return False
        self.mode, self.reason = mode, reason
        return True

    def is_rest_due(self, now_s: float) -> bool:
        """Whether REST is to be asked about the pair now."""
        if now_s - self._asked_s < POLL_EVERY_S:
            return False
        is_unsure = self.mode is PriceSource.REST or not self.is_confirmed or self._differed_s is not None
        return is_unsure or now_s - max(self.heard_s, self.known_s, self.started_s) >= SILENT_AFTER_S

    def mark_asked(self, now_s: float) -> None:
        self._asked_s = now_s

    def is_silent(self, now_s: float) -> bool:
        """Whether the stream has sent nothing of the pair for long, as it happens also when the exchange halts it."""
        return now_s - max(self.heard_s, self.started_s) >= 3 * SILENT_AFTER_S

    def is_stale(self, now_s: float) -> bool:
        """Whether no source confirms the price any more."""
        return self.is_halted or now_s - self.known_s > STALE_AFTER_S

    def _handle_contradiction(self, best: BestPrices, asked_s: float) -> RestFinding:
        if self._differed_s is None:
            self._differed_s = asked_s
        if asked_s - self._differed_s < GRACE_S:
            return RestFinding.DIFFERENT
        self._deaf_s = asked_s
        self._accept_rest(best, asked_s)
        return RestFinding.DEAF

    def _accept_rest(self, best: BestPrices, asked_s: float) -> None:
        self.best, self.source, self.known_s = best, PriceSource.REST, asked_s
        self._differed_s, self.is_confirmed = None, True

    def _reason_for_rest(self, now_s: float) -> str:
        if now_s - max(self._reported_s, self.started_s) > MUTE_AFTER_S:
            return f"nothing from its stream for {MUTE_AFTER_S:g} s"
        if self.proven_s == _NEVER and now_s - self.started_s <= MUTE_AFTER_S:
            return ""  # a start takes a moment
        if not self.is_proven:
            return self.down_reason or "its stream is not proven"
        if self._deaf_s is not None and self.heard_s <= self._deaf_s:
            return "its stream is deaf: REST says something else"
        return self.doubt
