"""SELLs that the exchange takes and ends at once, unsold: one of the pair is tried now and then, and the others wait.

Self-trade prevention ends every SELL at or below the price of the trader's own BUY. Those above are not concerned.
"""

from dataclasses import dataclass
from decimal import Decimal

from actors.pair_keeper.effects import Moment
from lotkeeper.trading.money import ZERO
from lotkeeper.trading.orders.order import SellOrder

_FIRST_S = 1.0  # twice as long after each; after the first one there is no wait
_MOST_S = 300.0
_ANSWER_WITHIN_S = 15.0  # while nothing is known of the one that is tried, the others wait so long
_AT_ONCE_MS = 60_000  # one that stood for longer was not ended for its price


@dataclass(slots=True)
class EndedSells:
    """Since the last SELL that stood. Nothing of it is kept over a restart: each lot has its own attempts."""

    why: str = ""  # why the last one was ended, for people
    _price: Decimal = ZERO  # quote; the highest that was ended
    _until_s: float = float("-inf")  # monotonic: no SELL up to that price is sent before
    _times: int = 0  # attempts in a row that were ended
    _is_trying: bool = False  # one was sent, and nothing is known of it yet

    def wait_s(self, now: Moment) -> float:
        """For how long (seconds) SELLs up to `price` wait; zero for not at all."""
        return max(0.0, self._until_s - now.monotonic_s)

    @property
    def price(self) -> Decimal:
        """The highest price (quote) of those that wait."""
        return self._price

    def note_sent(self, price: Decimal, now: Moment) -> None:
        """A SELL of this price (quote) is tried."""
        if self._times and price <= self._price:
            self._is_trying, self._until_s = True, now.monotonic_s + _ANSWER_WITHIN_S

    def note_ended(self, order: SellOrder, why: str, now: Moment) -> None:
        """The exchange ended it unsold; `why` is for people."""
        if now.wall_ms - order.sent_ms > _AT_ONCE_MS:
            return
        self._price, self.why = max(self._price, order.price), why
        if self._is_trying or now.monotonic_s >= self._until_s:
            wait_s = min(_MOST_S, _FIRST_S * 2.0 ** min(self._times, 10)) if self._times else 0.0
            self._is_trying, self._times, self._until_s = False, self._times + 1, now.monotonic_s + wait_s

    def note_standing(self, price: Decimal) -> bool:
        """A SELL of this price (quote) stands or was sold; whether others waited because of such a one."""
        is_over = bool(self._times) and price <= self._price
        if is_over:
            self.end()
        return is_over

    def end(self) -> None:
        """Nothing waits any more."""
        self._price, self._until_s, self._times, self._is_trying = ZERO, float("-inf"), 0, False
