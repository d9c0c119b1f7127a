"""What the price broadcaster asks the Gateway: prices in one request at a time, and rules of pairs that fell silent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lotkeeper.trading.prices.feed import Feed
from lotkeeper.trading.prices.price_enums import Source

LOST_AFTER_S = 10.0  # an answer that has not come until then comes no more
RULES_EVERY_S = 10.0  # one pair at a time: rules cost ten times as much as all prices
RULES_AGAIN_S = 60.0


@dataclass(slots=True)
class Questions:
    """At most one question about prices is open, whatever becomes of the Gateway."""

    asked: int = 0
    failed: int = 0
    trouble: str = ""
    open_id: int | None = None
    open_symbols: tuple[str, ...] = ()
    asked_s: float = float("-inf")
    _number: int = 0
    _not_before_s: float = float("-inf")
    _rules_s: float = float("-inf")
    _rules_asked: dict[str, float] = field(default_factory=dict)

    def due(self, feeds: Mapping[str, Feed], now_s: float) -> tuple[str, ...]:
        """The pairs to ask about now, together: those that are due, and with them all that live by REST."""
        if now_s < self._not_before_s or (self.open_id is not None and now_s - self.asked_s < LOST_AFTER_S):
            return ()
        if not any(feed.is_due(now_s) for feed in feeds.values()):
            return ()
        return tuple(sorted(key for key, feed in feeds.items() if feed.mode is Source.REST or feed.is_due(now_s)))

    def opened(self, symbols: tuple[str, ...], now_s: float) -> int:
        """The number of a question that leaves now."""
        if self.open_id is not None:
            self.failed, self.trouble = self.failed + 1, "no answer from the gateway"
        self.asked += 1
        self._number += 1
        self.open_id, self.open_symbols, self.asked_s = self._number, symbols, now_s
        return self._number

    def answered(self, request_id: int) -> bool:
        """Whether that is the open question, which it is no more."""
        if request_id != self.open_id:
            return False
        self.open_id, self.trouble = None, ""
        return True

    def failed_with(self, request_id: int, reason: str, retry_s: float, now_s: float) -> bool:
        """Whether the open question failed; nothing is asked again before `retry_s`."""
        if request_id != self.open_id:
            return False
        self.open_id, self.failed, self.trouble = None, self.failed + 1, reason
        self._not_before_s = now_s + retry_s
        return True

    def rules_due(self, feeds: Mapping[str, Feed], now_s: float) -> tuple[int, str] | None:
        """A pair whose rules may say why it is silent, or that it trades again, and the number of the question."""
        if now_s - self._rules_s < RULES_EVERY_S or now_s < self._not_before_s:
            return None
        silent = [symbol for symbol, feed in feeds.items() if feed.is_halted or feed.is_silent(now_s)]
        never = float("-inf")
        symbol = min(silent, key=lambda each: self._rules_asked.get(each, never), default=None)
        if symbol is None or now_s - self._rules_asked.get(symbol, never) < RULES_AGAIN_S:
            return None
        self._rules_s = self._rules_asked[symbol] = now_s
        self._number += 1
        return self._number, symbol
