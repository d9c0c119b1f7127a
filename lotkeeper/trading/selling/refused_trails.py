"""What a refusal of a SELL that was to follow the price tells: the lot is sold at its floor for a while, or follows at
once. It is not recorded: a new keeper tries once more.
"""

from enum import StrEnum

from lotkeeper.trading.orders.refusals import OF_WHOLE_PAIR, RefusalKind

_BLOCKED_MS = 600_000  # so long a lot whose SELL was refused does not try again
_AT_ONCE_MS = 10_000  # so long it is believed that the market has reached the stop price, since the exchange said so
# These say nothing about the type of the order.
NOT_ABOUT_TYPE = OF_WHOLE_PAIR | {
    RefusalKind.NOT_SENT,
    RefusalKind.DUPLICATE_ORDER,
    RefusalKind.INSUFFICIENT_BALANCE,
    RefusalKind.CLOCK_SKEW,
}


class TrailStart(StrEnum):
    """How the next SELL of a lot may follow the price."""

    FROM_STOP_PRICE = "from its stop price on"
    AT_ONCE = "at once"  # the market has reached the stop price
    NOT_NOW = "not for a while"


class RefusedTrails:
    """By the BUY order ids of lots; times in milliseconds (wall clock)."""

    def __init__(self) -> None:
        self._blocked_until_ms: dict[int, int] = {}
        self._at_once_until_ms: dict[int, int] = {}

    def note(self, buy_order_id: int, kind: RefusalKind, *, had_stop_price: bool, now_ms: int) -> None:
        """The exchange refused it, or ended it by itself (OTHER) before it sold anything."""
        self._forget_old(now_ms)
        if kind is RefusalKind.WOULD_TRIGGER and had_stop_price:
            self._at_once_until_ms[buy_order_id] = now_ms + _AT_ONCE_MS
        elif kind not in NOT_ABOUT_TYPE:
            self._blocked_until_ms[buy_order_id] = now_ms + _BLOCKED_MS

    def start_of(self, buy_order_id: int, now_ms: int) -> TrailStart:
        """What holds for the lot at this moment. A moment far ahead was noted before the clock was set back."""
        if 0 < self._blocked_until_ms.get(buy_order_id, 0) - now_ms <= _BLOCKED_MS:
            return TrailStart.NOT_NOW
        is_reached = 0 < self._at_once_until_ms.get(buy_order_id, 0) - now_ms <= _AT_ONCE_MS
        return TrailStart.AT_ONCE if is_reached else TrailStart.FROM_STOP_PRICE

    def _forget_old(self, now_ms: int) -> None:
        for moments in (self._blocked_until_ms, self._at_once_until_ms):
            for number in [each for each, until_ms in moments.items() if until_ms <= now_ms]:
                del moments[number]


NONE_REFUSED = RefusedTrails()  # nothing is noted in it
