"""SELLs and cancels on their way to the exchange: fenced, throttled, and recorded before they are sent."""

from actors.gateway.in_flight_guard import Admission, InFlightGuard
from actors.gateway.throttle import UNREACHED_S, Deferred, OutcomeCounts, RequestThrottle, with_retry
from lotkeeper.exchange.budget.costs import Cost, Purpose, cost_of
from lotkeeper.exchange.rest.client import RestClient
from lotkeeper.exchange.rest.outcomes import Answered, NotSent, Outcome, RateLimited, Refused, describe
from lotkeeper.exchange.shapes import PlacedOrder
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.recovery.in_flight import SENDING_MS
from messages.lifecycle import LeaseChecked
from messages.orders import (
    MAX_SEND_DELAY_MS,
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

SellReply = SellPlaced | SellRefused | SellOutcomeUnknown | SellBlocked
CancelReply = SellCanceled | CancelRefused | CancelOutcomeUnknown

_PLACE_COST = with_retry(cost_of("POST", "/api/v3/order", {}))
_CANCEL_COST = with_retry(cost_of("DELETE", "/api/v3/order", {}))
_STARTING = Deferred("the Gateway is starting")
_UNLEASED = Deferred("the Ledger has not yet said that this system is the newest", 0.25)
_TOO_LATE = Deferred("it waited too long in the Gateway")
_OVERTAKEN_RETRY_S = 30.0


class OrderEntry:
    """Sends an order or cancel of the newest keeper of its pair, or says why not."""

    def __init__(self, throttle: RequestThrottle) -> None:
        self.guard = InFlightGuard()
        self.lease: LeaseChecked | None = None  # None until the Ledger has said whether this system is the newest
        self.counts = OutcomeCounts()
        self._throttle = throttle
        self._newest: dict[str, int] = {}  # by symbol: the incarnation of the newest keeper

    def fence(self, symbol: str, incarnation: int) -> int:
        """Refuses every older keeper of the pair from now on; the newest incarnation known."""
        self._newest[symbol] = max(incarnation, self._newest.get(symbol, 0))
        return self._newest[symbol]

    def trouble(self) -> str:
        """Why no order can be sent, for people; empty when all is well."""
        if self.lease is None:
            return _UNLEASED.reason
        return self.lease.overtaken or self.guard.trouble

    def place(self, order: PlaceSellOrder, rest: RestClient | None) -> SellReply:
        reply = self._place(order, rest)
        self.counts.orders += 1
        self.counts.refused += isinstance(reply, SellRefused) and reply.kind is not RefusalKind.NOT_SENT
        self.counts.unknown += isinstance(reply, SellOutcomeUnknown)
        return reply

    def cancel(self, order: CancelSellOrder, rest: RestClient | None) -> CancelReply:
        if rest is None:
            return _cancel_not_sent(order, _STARTING)
        deferred = self._deferral(order.sent_ms, _CANCEL_COST)
        if deferred is not None:
            return _cancel_not_sent(order, deferred)
        return _cancel_reply(order, rest.cancel_order(order.symbol, order.order_id, order.cancel_id))

    def _place(self, order: PlaceSellOrder, rest: RestClient | None) -> SellReply:
        if rest is None:
            return _sell_not_sent(order, _STARTING)
        deferred = self._deferral(order.sent_ms, _PLACE_COST)
        if deferred is not None:
            return _sell_not_sent(order, deferred)
        admission = self.guard.admit(order, self._throttle.read_clocks())
        if isinstance(admission, Deferred):
            return _sell_not_sent(order, admission)
        if not isinstance(admission, Admission):
            return admission
        outcome = rest.place_sell(order.symbol, order.client_id, order.price, order.quantity)
        reply = sell_reply(order, outcome)
        self.guard.record_reply(admission, reply, self._throttle.read_clocks())
        return reply

    def _deferral(self, sent_ms: int, cost: Cost) -> Deferred | None:
        """Why an order or cancel that its keeper sent at `sent_ms` must not be sent now; None when it may."""
        if self.lease is None:
            return _UNLEASED
        if self.lease.overtaken:
            return Deferred(f"this system was overtaken: {self.lease.overtaken}", _OVERTAKEN_RETRY_S)
        if self._throttle.read_clocks().wall_ms - sent_ms > MAX_SEND_DELAY_MS - SENDING_MS:
            return _TOO_LATE
        return self._throttle.deferral(cost, Purpose.TRADING)


def sell_reply(order: PlaceSellOrder, outcome: Outcome) -> SellPlaced | SellRefused | SellOutcomeUnknown:
    """What the keeper gets for this outcome of its order."""
    symbol, client_id = order.symbol, order.client_id
    match outcome:
        case Answered(body=PlacedOrder(report, fills)):
            return SellPlaced(symbol, client_id, report, fills)
        case Refused(code, text, kind):
            return SellRefused(symbol, client_id, code, text, kind=kind)
        case RateLimited(retry_s):
            return SellRefused(symbol, client_id, 0, f"not sent: {describe(outcome)}", retry_s, RefusalKind.NOT_SENT)
        case NotSent():
            return SellRefused(
                symbol, client_id, 0, f"not sent: {describe(outcome)}", UNREACHED_S, RefusalKind.NOT_SENT
            )
        case _:
            return SellOutcomeUnknown(symbol, client_id, describe(outcome))


def _cancel_reply(order: CancelSellOrder, outcome: Outcome) -> CancelReply:
    symbol, client_id = order.symbol, order.client_id
    match outcome:
        case Answered(body=OrderReport() as report):
            return SellCanceled(symbol, client_id, report)
        case Refused(code, text):
            return CancelRefused(symbol, client_id, code, text)
        case RateLimited() | NotSent():
            return CancelRefused(symbol, client_id, 0, f"not sent: {describe(outcome)}")
        case _:
            return CancelOutcomeUnknown(symbol, client_id, describe(outcome))


def _sell_not_sent(order: PlaceSellOrder, deferred: Deferred) -> SellRefused:
    text, retry_s = _text_of(deferred), deferred.retry_s or None
    return SellRefused(order.symbol, order.client_id, 0, text, retry_s, RefusalKind.NOT_SENT)


def _cancel_not_sent(order: CancelSellOrder, deferred: Deferred) -> CancelRefused:
    return CancelRefused(order.symbol, order.client_id, 0, _text_of(deferred))


def _text_of(deferred: Deferred) -> str:
    return f"not sent: {deferred.reason}" + (f"; again in {deferred.retry_s:.0f} s" if deferred.retry_s else "")
