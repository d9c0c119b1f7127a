"""What a keeper is told of its order or cancel: the exchange's outcome as a message."""

from actors.gateway.throttle import UNREACHED_S, Held
from lotkeeper.exchange.rest.describe import text_of
from lotkeeper.exchange.rest.outcomes import Answered, NotSent, Outcome, RateLimited
from lotkeeper.exchange.rest.outcomes import Refused as RefusedByExchange
from lotkeeper.exchange.shapes import Placed
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.orders.refusals import RefusalKind
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


def placed(message: PlaceSellOrder, outcome: Outcome) -> SellPlaced | SellRefused | SellOutcomeUnknown:
    symbol, client_id = message.symbol, message.client_id
    match outcome:
        case Answered(body=Placed(report, fills)):
            return SellPlaced(symbol, client_id, report, fills)
        case RefusedByExchange(code, text, kind):
            return SellRefused(symbol, client_id, code, text, kind=kind)
        case RateLimited(retry_s):
            return SellRefused(symbol, client_id, 0, f"not sent: {text_of(outcome)}", retry_s, RefusalKind.NOT_SENT)
        case NotSent():
            text = f"not sent: {text_of(outcome)}"
            return SellRefused(symbol, client_id, 0, text, UNREACHED_S, RefusalKind.NOT_SENT)
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
    return SellRefused(message.symbol, message.client_id, 0, text, held.retry_s or None, RefusalKind.NOT_SENT)
