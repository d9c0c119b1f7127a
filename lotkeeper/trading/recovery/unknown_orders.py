"""What to do about a SELL whose outcome is not known: silence proves nothing, a clock alone neither."""

from dataclasses import dataclass

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.recovery.reconcile import alive_until

_FIRST_S = 0.25
_MOST_S = 5.0


@dataclass(frozen=True, slots=True)
class AskAgain:
    """The exchange does not know the order, and the request may still be under way: ask again after so many seconds."""

    after_s: float


@dataclass(frozen=True, slots=True)
class SendAgain:
    """The request cannot be alive any more and the exchange does not know the order: send it again, same id."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """It never arrived, and it must not be sent now: other SELLs cover its coins, or its lot is held."""


def not_found(
    order: SellOrder, lot: Lot, asked: int, now_ms: int, recv_window_ms: int
) -> AskAgain | SendAgain | GiveUp:
    """After the exchange said for the `asked`-th time that it knows no such order (-2013).

    A notebook that is behind may have it in doubt after it was refused and another one placed.
    """
    if now_ms > alive_until(order.sent_ms, recv_window_ms):
        return GiveUp() if lot.remainder < 0 or lot.hold is not None else SendAgain()
    return AskAgain(min(_FIRST_S * 2 ** min(asked - 1, 10), _MOST_S))
