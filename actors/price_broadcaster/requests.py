"""When the price broadcaster asks the Gateway: prices in one request at a time, and rules of pairs that fell silent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lotkeeper.trading.prices.best_prices import PriceSource
from lotkeeper.trading.prices.feed import PriceFeed

LOST_AFTER_S = 10.0  # an answer that has not come within this time is not expected any more
RULES_EVERY_S = 10.0  # one pair at a time: rules cost ten times as much as all prices
RULES_AGAIN_S = 60.0  # for the same pair
_NEVER = float("-inf")


@dataclass(slots=True)
class GatewayRequests:
    """At most one request for prices is open, even if the Gateway dies. Times are of the monotonic clock."""

    sent: int = 0  # requests for prices
    failed: int = 0
    trouble: str = ""  # why the last one failed, for people
    open_id: int | None = None  # of the request whose answer is awaited
    open_symbols: tuple[str, ...] = ()
    asked_s: float = _NEVER  # when the last one was sent
    _number: int = 0
    _not_before_s: float = _NEVER
    _rules_s: float = _NEVER  # when rules were asked for last
    _rules_asked: dict[str, float] = field(default_factory=dict)  # the same by symbol

    def due_symbols(self, feeds: Mapping[str, PriceFeed], now_s: float) -> tuple[str, ...]:
        """The pairs to ask about now in one request: those that are due, and with them all whose mode is REST."""
        if now_s < self._not_before_s or (self.open_id is not None and now_s - self.asked_s < LOST_AFTER_S):
            return ()
        if not any(feed.is_rest_due(now_s) for feed in feeds.values()):
            return ()
        return tuple(
            sorted(key for key, feed in feeds.items() if feed.mode is PriceSource.REST or feed.is_rest_due(now_s))
        )

    def open_request(self, symbols: tuple[str, ...], now_s: float) -> int:
        """Opens a request and returns its id; an earlier one without an answer has failed."""
        if self.open_id is not None:
            self.failed, self.trouble = self.failed + 1, "no answer from the gateway"
        self.sent += 1
        self._number += 1
        self.open_id, self.open_symbols, self.asked_s = self._number, symbols, now_s
        return self._number

    def close_answered(self, request_id: int) -> bool:
        """Closes the open request; False for the answer to an earlier one."""
        if request_id != self.open_id:
            return False
        self.open_id, self.trouble = None, ""
        return True

    def close_failed(self, request_id: int, reason: str, retry_s: float, now_s: float) -> bool:
        """Closes the open request as failed and sends none for `retry_s`; False for the failure of an earlier one."""
        if request_id != self.open_id:
            return False
        self.open_id, self.failed, self.trouble = None, self.failed + 1, reason
        self._not_before_s = now_s + retry_s
        return True

    def next_rules_request(self, feeds: Mapping[str, PriceFeed], now_s: float) -> tuple[int, str] | None:
        """A request id and a pair whose rules may show why it is silent, or that it trades again; None for none now."""
        if now_s - self._rules_s < RULES_EVERY_S or now_s < self._not_before_s:
            return None
        silent = [symbol for symbol, feed in feeds.items() if feed.is_halted or feed.is_silent(now_s)]
        symbol = min(silent, key=lambda each: self._rules_asked.get(each, _NEVER), default=None)
        if symbol is None or now_s - self._rules_asked.get(symbol, _NEVER) < RULES_AGAIN_S:
            return None
        self._rules_s = self._rules_asked[symbol] = now_s
        self._number += 1
        return self._number, symbol
