"""What a keeper is told of its order: for each outcome of the request, and where no request was sent."""

from actors.gateway.throttle import UNREACHED_S, Deferred
from lotkeeper.exchange.rest.outcomes import Answered, NotSent, Outcome, RateLimited, Refused, describe
from lotkeeper.exchange.shapes import PlacedOrder
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.orders.refusals import RefusalKind
from messages.fees import BoughtForFees, BuyForFees, FeeBuyRefused, FeeBuyUnknown
from messages.orders import (
    CancelOutcomeUnknown,
    CancelRefused,
    CancelSellOrder,
    PlaceSellOrder,
    SellBlocked,
    SellCanceled,
    SellOutcomeUnknown,
    SellPlaced,
    SellRefused,
)
from messages.purchases import BuyOutcomeUnknown, BuyPlaced, BuyRefused, PlaceBuyOrder

OrderMessage = PlaceSellOrder | CancelSellOrder | PlaceBuyOrder  # what a keeper sends
SellReply = SellPlaced | SellRefused | SellOutcomeUnknown | SellBlocked
FeeBuyReply = BoughtForFees | FeeBuyRefused | FeeBuyUnknown
CancelReply = SellCanceled | CancelRefused | CancelOutcomeUnknown
BuyReply = BuyPlaced | BuyRefused | BuyOutcomeUnknown


def not_sent(order: OrderMessage, deferred: Deferred) -> SellRefused | CancelRefused | BuyRefused:
    """The reply to what is put off: nothing of it left."""
    match order:
        case PlaceSellOrder():
            return sell_not_sent(order, deferred)
        case CancelSellOrder():
            return cancel_not_sent(order, deferred)
        case PlaceBuyOrder():
            return buy_not_sent(order, deferred)


def outcome_unknown(order: OrderMessage, text: str) -> SellOutcomeUnknown | CancelOutcomeUnknown | BuyOutcomeUnknown:
    """Where a fault of ours, which `text` names, hides what became of it."""
    match order:
        case PlaceSellOrder():
            return SellOutcomeUnknown(order.symbol, order.client_id, text)
        case CancelSellOrder():
            return CancelOutcomeUnknown(order.symbol, order.client_id, text)
        case PlaceBuyOrder():
            return BuyOutcomeUnknown(order.symbol, order.client_id, text)


def sell_reply(order: PlaceSellOrder, outcome: Outcome) -> SellPlaced | SellRefused | SellOutcomeUnknown:
    """What the keeper gets for this outcome of its order."""
    symbol, client_id = order.symbol, order.client_id
    match outcome:
        case Answered(body=PlacedOrder(report, fills, others)):
            return SellPlaced(symbol, client_id, report, fills, others)
        case Refused(code, text, kind):
            return SellRefused(symbol, client_id, code, text, kind=kind, sent_ms=order.sent_ms)
        case RateLimited(retry_after_s):
            return sell_not_sent(order, Deferred(describe(outcome)), retry_after_s)
        case NotSent():
            return sell_not_sent(order, Deferred(describe(outcome)), UNREACHED_S)
        case _:
            return SellOutcomeUnknown(symbol, client_id, describe(outcome))


def buy_reply(order: PlaceBuyOrder, outcome: Outcome) -> BuyReply:
    symbol, client_id = order.symbol, order.client_id
    match outcome:
        case Answered(body=PlacedOrder(report, fills, others)):
            return BuyPlaced(symbol, client_id, report, fills, others)
        case Refused(code, text, kind):
            return BuyRefused(symbol, client_id, f"{text} ({code})", kind, code)
        case RateLimited() | NotSent():
            return BuyRefused(symbol, client_id, f"not sent: {describe(outcome)}")
        case _:
            return BuyOutcomeUnknown(symbol, client_id, describe(outcome))


def buy_not_sent(order: PlaceBuyOrder, deferred: Deferred) -> BuyRefused:
    return BuyRefused(order.symbol, order.client_id, text_of(deferred))


def fee_buy_reply(order: BuyForFees, outcome: Outcome) -> FeeBuyReply:
    """What the FeeReserve gets for this outcome of its order."""
    client_id = order.purchase.client_id
    match outcome:
        case Answered(body=PlacedOrder(report)):
            return BoughtForFees(client_id, report)
        case Refused(_, text):
            return FeeBuyRefused(client_id, text)
        case RateLimited() | NotSent():
            return FeeBuyRefused(client_id, f"not sent: {describe(outcome)}")
        case _:
            return FeeBuyUnknown(client_id, describe(outcome))


def cancel_reply(order: CancelSellOrder, outcome: Outcome) -> CancelReply:
    symbol, client_id = order.symbol, order.client_id
    match outcome:
        case Answered(body=OrderReport() as report):
            return SellCanceled(symbol, client_id, report)
        case Answered(body=(OrderReport(), *_) as body):
            ended = [each for each in body if isinstance(each, OrderReport)]
            ended.sort(key=lambda each: each.order_id != order.order_id)  # the one that was named is the first
            return SellCanceled(symbol, client_id, ended[0], tuple(ended[1:]))
        case Refused(code, text):
            return CancelRefused(symbol, client_id, code, text)
        case RateLimited() | NotSent():
            return CancelRefused(symbol, client_id, 0, f"not sent: {describe(outcome)}")
        case _:
            return CancelOutcomeUnknown(symbol, client_id, describe(outcome))


def sell_not_sent(order: PlaceSellOrder, deferred: Deferred, retry_s: float | None = None) -> SellRefused:
    text, kind = text_of(deferred), RefusalKind.NOT_SENT
    return SellRefused(
        order.symbol, order.client_id, 0, text, retry_s or deferred.retry_s or None, kind, sent_ms=order.sent_ms
    )


def cancel_not_sent(order: CancelSellOrder, deferred: Deferred) -> CancelRefused:
    return CancelRefused(order.symbol, order.client_id, 0, text_of(deferred))


def text_of(deferred: Deferred) -> str:
    return f"not sent: {deferred.reason}" + (f"; again in {deferred.retry_s:.0f} s" if deferred.retry_s else "")
