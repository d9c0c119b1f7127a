"""What a keeper is told of its order or cancel: the exchange's outcome as a message."""

from actors.gateway_parts.traffic import UNREACHED_S, Held
from lotkeeper.exchange.outcomes import Answered, NotSent, Outcome, RateLimited
from lotkeeper.exchange.outcomes import Refused as RefusedByExchange
from lotkeeper.exchange.shapes import Placed
from lotkeeper.exchange.words import text_of
from lotkeeper.trading.orders import OrderReport
from lotkeeper.trading.reconcile import alive_until
from messages.orders import (
    CancelOutcomeUnknown,
    CancelRefused,
    CancelSellOrder,
    PlaceSellOrder,
    SellCanceled,
    SellOutcomeUnknown,
    SellPlaced,
    SellRefused,
)


class Copies:
    """Orders without a known outcome, and until when they may still arrive: a second copy must not overtake the first.

    The keeper that asks for it may be another, which knows nothing of the first: the one before died with the answer.
    """

    def __init__(self) -> None:
        self._alive_until_ms: dict[tuple[str, str], int] = {}

    def first(self, message: PlaceSellOrder, now_ms: int) -> SellOutcomeUnknown | None:
        """What the keeper is told instead, while a copy of its order may be under way; None when there is none."""
        self._alive_until_ms = {key: until for key, until in self._alive_until_ms.items() if until >= now_ms}
        if (message.symbol, message.client_id) not in self._alive_until_ms:
            return None
        return SellOutcomeUnknown(message.symbol, message.client_id, "not sent: a copy of it may be under way")

    def note(self, reply: object, now_ms: int, recv_window_ms: int) -> None:
        """An answer to an order that was sent."""
        if isinstance(reply, SellOutcomeUnknown):
            self._alive_until_ms[reply.symbol, reply.client_id] = alive_until(now_ms, recv_window_ms)


def placed(message: PlaceSellOrder, outcome: Outcome) -> SellPlaced | SellRefused | SellOutcomeUnknown:
    symbol, client_id = message.symbol, message.client_id
    match outcome:
        case Answered(body=Placed(report, fills)):
            return SellPlaced(symbol, client_id, report, fills)
        case RefusedByExchange(code, text):
            return SellRefused(symbol, client_id, code, text)
        case RateLimited(retry_s):
            return SellRefused(symbol, client_id, 0, f"not sent: {text_of(outcome)}", retry_s)
        case NotSent():
            return SellRefused(symbol, client_id, 0, f"not sent: {text_of(outcome)}", UNREACHED_S)
        case _:
            return SellOutcomeUnknown(symbol, client_id, text_of(outcome))


def cancelled(message: CancelSellOrder, outcome: Outcome) -> SellCanceled | CancelRefused | CancelOutcomeUnknown:
    symbol, client_id = message.symbol, message.client_id
    match outcome:
        case Answered(body=OrderReport() as report):
            return SellCanceled(symbol, client_id, report)
        case RefusedByExchange(code, text):
            return CancelRefused(symbol, client_id, code, text)
        case RateLimited() | NotSent():
            return CancelRefused(symbol, client_id, 0, f"not sent: {text_of(outcome)}")
        case _:
            return CancelOutcomeUnknown(symbol, client_id, text_of(outcome))


def not_sent(message: PlaceSellOrder | CancelSellOrder, held: Held) -> SellRefused | CancelRefused:
    """It never left the Gateway."""
    text = f"not sent: {held.reason}" + (f"; again in {held.retry_s:.0f} s" if held.retry_s else "")
    if isinstance(message, CancelSellOrder):
        return CancelRefused(message.symbol, message.client_id, 0, text)
    return SellRefused(message.symbol, message.client_id, 0, text, held.retry_s or None)
