"""What a keeper is told of its order or cancel: the exchange's outcome as a message."""

from actors.gateway_parts.traffic import UNREACHED_S, Held
from lotkeeper.exchange.outcomes import (
    Answered,
    NotSent,
    Outcome,
    RateLimited,
    failed_filter,
    is_duplicate,
    is_insufficient_balance,
)
from lotkeeper.exchange.outcomes import Refused as RefusedByExchange
from lotkeeper.exchange.shapes import Placed
from lotkeeper.exchange.words import text_of
from lotkeeper.trading.orders import OrderReport
from messages.orders import (
    CancelOutcomeUnknown,
    CancelRefused,
    CancelSellOrder,
    PlaceSellOrder,
    RefusalKind,
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
        case RefusedByExchange(code, text):
            return SellRefused(symbol, client_id, code, text, kind=_kind_of(outcome))
        case RateLimited(retry_s):
            return SellRefused(symbol, client_id, 0, f"not sent: {text_of(outcome)}", retry_s)
        case NotSent():
            return SellRefused(symbol, client_id, 0, f"not sent: {text_of(outcome)}", UNREACHED_S)
        case _:
            return SellOutcomeUnknown(symbol, client_id, text_of(outcome))


def _kind_of(refusal: RefusedByExchange) -> RefusalKind:
    if is_duplicate(refusal):
        return RefusalKind.DUPLICATE
    if is_insufficient_balance(refusal):
        return RefusalKind.INSUFFICIENT_BALANCE
    name = failed_filter(refusal)
    if name is None:
        return RefusalKind.OTHER
    if name.startswith("PERCENT_PRICE"):
        return RefusalKind.PERCENT_PRICE
    return RefusalKind.TOO_MANY_ORDERS if name == "MAX_NUM_ORDERS" else RefusalKind.FILTER


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
