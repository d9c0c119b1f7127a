"""Whom to believe about one pair: its stream, or REST while the stream is down, mute, or contradicted.

A book that does not move sends nothing, and neither does a stream that has gone deaf. REST tells them apart: when it
says the same, nothing was missed; when it says something else, and says so again `GRACE_S` later while the stream has
still not spoken, the stream is deaf. All times are seconds of one clock that never runs back.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from lotkeeper.trading.prices.best_prices import BestPrices, PriceSource, fault_of

STALE_AFTER_S = 15.0  # nobody has confirmed the price for so long
SILENT_AFTER_S = 10.0  # the stream has not spoken of the pair for so long: ask REST
MUTE_AFTER_S = 5.0  # the stream's actor, which reports each second, has said nothing at all
POLL_EVERY_S = 2.0
GRACE_S = 1.5  # less than a poll: the second answer that differs decides
_NEVER = float("-inf")


class RestFinding(StrEnum):
    """What an answer of REST was worth."""

    NOTHING = "nothing"  # the stream has said something newer, or the answer cannot be true
    SAME = "same"
    ACCEPTED = "taken"
    DIFFERENT = "different"
    DEAF = "deaf"


@dataclass(slots=True)
class PriceFeed:
    """One pair. `begun_s` is when waiting for its stream began."""

    started_s: float
    best: BestPrices | None = None
    source: PriceSource = PriceSource.STREAM
    mode: PriceSource = PriceSource.STREAM
    reason: str = ""
    is_proven: bool = True  # until its stream says otherwise, or nothing
    is_halted: bool = False
    down_reason: str = ""
    doubt: str = ""  # why the stream's newest price has been held for long
    is_confirmed: bool = True
    heard_s: float = _NEVER  # the stream's last word on the price
    known_s: float = _NEVER  # the latest moment for which the price is known to be right
    proven_s: float = _NEVER
    _reported_s: float = field(default=_NEVER)
    _differed_s: float | None = None
    _deaf_s: float | None = None
    _asked_s: float = _NEVER

    # What is heard

    def apply_stream_report(self, is_proven: bool, reason: str, doubt: str, now_s: float) -> None:
        """The stream's own word on itself, each second."""
        if is_proven and not (self.is_proven and self._reported_s > _NEVER):
            self.proven_s = now_s
        self.is_proven, self.down_reason, self.doubt, self._reported_s = is_proven, reason, doubt, now_s

    def apply_stream_price(self, quote: BestPrices, is_confirmed: bool, heard_s: float) -> bool:
        """The stream's price, received at `heard_s`; False when something newer is known.

        That REST has agreed with the price before says nothing against it: REST may lag, and batches take their time.
        """
        if heard_s < self.heard_s:
            return False
        if heard_s > self.heard_s:
            self.heard_s, self._differed_s = heard_s, None
        if self.source is PriceSource.REST and heard_s < self.known_s:
            return False
        self.best, self.source, self.is_confirmed = quote, PriceSource.STREAM, is_confirmed
        self.known_s = max(self.known_s, heard_s)
        return True

    def apply_rest_answer(self, quote: BestPrices, asked_s: float) -> RestFinding:
        """What REST said, asked at `asked_s`."""
        if fault_of(quote) is not None or asked_s <= max(self.heard_s, self.known_s):
            return RestFinding.NOTHING
        if quote == self.best:
            self._differed_s, self.known_s, self.is_confirmed = None, asked_s, True
            return RestFinding.SAME
        if self.mode is PriceSource.STREAM and self.best is not None and self.known_s >= self.proven_s:
            return self._handle_contradiction(quote, asked_s)
        self._accept_rest(quote, asked_s)
        return RestFinding.ACCEPTED

    # What follows

    def update_mode(self, now_s: float) -> bool:
        """Whether the mode is another from now on; `mode` and `reason` say which and why."""
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
        """Whether the stream has not spoken of the pair for long, which an exchange that has halted it explains too."""
        return now_s - max(self.heard_s, self.started_s) >= 3 * SILENT_AFTER_S

    def is_stale(self, now_s: float) -> bool:
        """Whether nobody stands for the price any more."""
        return self.is_halted or now_s - self.known_s > STALE_AFTER_S

    def _handle_contradiction(self, quote: BestPrices, asked_s: float) -> RestFinding:
        if self._differed_s is None:
            self._differed_s = asked_s
        if asked_s - self._differed_s < GRACE_S:
            return RestFinding.DIFFERENT
        self._deaf_s = asked_s
        self._accept_rest(quote, asked_s)
        return RestFinding.DEAF

    def _accept_rest(self, quote: BestPrices, asked_s: float) -> None:
        self.best, self.source, self.known_s = quote, PriceSource.REST, asked_s
        self._differed_s, self.is_confirmed = None, True

    def _reason_for_rest(self, now_s: float) -> str:
        if now_s - max(self._reported_s, self.started_s) > MUTE_AFTER_S:
            return f"no word from its stream for {MUTE_AFTER_S:g} s"
        if self.proven_s == _NEVER and now_s - self.started_s <= MUTE_AFTER_S:
            return ""  # a start takes a moment
        if not self.is_proven:
            return self.down_reason or "its stream is not proven"
        if self._deaf_s is not None and self.heard_s <= self._deaf_s:
            return "its stream is deaf: REST says something else"
        return self.doubt
