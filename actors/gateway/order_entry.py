"""SELLs and cancels on their way to the exchange: fenced, throttled, and recorded before they are sent."""

from actors.gateway.in_flight_guard import Admission, InFlightGuard
from actors.gateway.kill_switch import KillSwitch
from actors.gateway.late_replies import LateReplies
from actors.gateway.order_replies import (
    BuyReply,
    CancelReply,
    FeeBuyReply,
    OrderMessage,
    SellReply,
    buy_not_sent,
    buy_reply,
    cancel_not_sent,
    cancel_reply,
    fee_buy_reply,
    sell_not_sent,
    sell_reply,
    text_of,
)
from actors.gateway.report import OutcomeCounts
from actors.gateway.request_runner import NotedRequest, Steps
from actors.gateway.sending_term import SendingTerm
from actors.gateway.throttle import ClockReading, Deferred, RequestThrottle, with_retry
from lotkeeper.exchange import requests
from lotkeeper.exchange.budget.costs import Cost, Purpose, cost_of
from lotkeeper.exchange.requests import ExchangeRequest
from lotkeeper.exchange.rest.outcomes import Outcome
from lotkeeper.trading.orders.client_ids import sell_name
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.recovery.in_flight import SENDING_MS
from messages.fees import BuyForFees, FeeBuyRefused
from messages.lifecycle import LeaseChecked
from messages.orders import (
    MAX_SEND_DELAY_MS,
    CancelOutcomeUnknown,
    CancelSellOrder,
    PlaceSellOrder,
    SellCanceled,
    SellOutcomeUnknown,
    SellPlaced,
    SellRefused,
)
from messages.purchases import BuyOutcomeUnknown, BuyPlaced, PlaceBuyOrder

_PLACE_COST = with_retry(cost_of("POST", "/api/v3/order", {}))
_PLACE_LIST_COST = with_retry(cost_of("POST", "/api/v3/orderList/oco", {}))
_CANCEL_COST = with_retry(cost_of("DELETE", "/api/v3/order", {}))
STARTING = Deferred("the Gateway is starting")
_UNLEASED = Deferred("the Ledger has not yet said that this system is the newest", 0.25)
_TOO_LATE = Deferred("it waited too long in the Gateway")
_OVERTAKEN_RETRY_S = 30.0
_TERM_RETRY_S = 1.0


class OrderEntry:
    """Sends an order or cancel of the newest keeper of its pair, or says why not."""

    def __init__(self, throttle: RequestThrottle, number: int) -> None:
        self.guard = InFlightGuard(number)
        self.kill_switch = KillSwitch()
        self.lease: LeaseChecked | None = None  # None until the Ledger has said whether this system is the newest
        self.term = SendingTerm()
        self.counts = OutcomeCounts()
        self._throttle = throttle
        self._late = LateReplies()

    def trouble(self) -> str:
        """Why no order can be sent, for people; empty when all is well."""
        if self.lease is None:
            return _UNLEASED.reason
        return self.lease.overtaken or self.term.trouble() or self.guard.trouble

    def begin(self, order: OrderMessage) -> Steps[SellReply | CancelReply | BuyReply]:
        """What is to be done for an order or cancel that a keeper sent."""
        match order:
            case PlaceSellOrder():
                return self.place(order)
            case CancelSellOrder():
                return self.cancel(order)
            case PlaceBuyOrder():
                return self.buy(order)

    def place(self, order: PlaceSellOrder) -> Steps[SellReply]:
        """Takes one request at most. The order is noted as in flight just before that leaves."""
        reply = yield from self._place(order)
        self.counts.orders += 1
        if isinstance(reply, SellRefused) and reply.kind is not RefusalKind.NOT_SENT:
            self.counts.refused += 1
            self.counts.refusals[str(reply.kind)] += 1
        self.counts.unknown += isinstance(reply, SellOutcomeUnknown)
        return reply

    def cancel(self, order: CancelSellOrder) -> Steps[CancelReply]:
        """Takes one request at most."""
        deferred = self._deferral(order.sent_ms, _CANCEL_COST, self._throttle.read_clocks())
        if deferred is not None:
            return cancel_not_sent(order, deferred)
        request = requests.cancel_order(order.symbol, order.order_id, order.cancel_id)
        reply = cancel_reply(order, (yield NotedRequest(request, self.term.may_send)))
        if isinstance(reply, CancelOutcomeUnknown):
            self._late.expect(request, order, self._now_s)
        return reply

    def buy(self, order: PlaceBuyOrder) -> Steps[BuyReply]:
        """Takes one request at most. It is noted like a SELL: no other of its name is sent while it may arrive."""
        cost, now = _PLACE_COST if order.sell_price is None else _PLACE_LIST_COST, self._throttle.read_clocks()
        deferred = self._placing_deferral(order.sent_ms, cost, now)
        if deferred is not None:
            return buy_not_sent(order, deferred)
        admission = self.guard.admit_buy(order, now)
        if isinstance(admission, Deferred):
            return buy_not_sent(order, admission)
        request = _buy_request_of(order)
        reply = buy_reply(order, (yield NotedRequest(request, lambda: self._note_leaving(admission))))
        self.guard.record_reply(admission, reply, self._throttle.read_clocks())
        if isinstance(reply, BuyOutcomeUnknown):
            self._late.expect(request, (order, admission), self._now_s)
        return reply

    def reply_late(self, request: ExchangeRequest, outcome: Outcome) -> SellReply | CancelReply | BuyReply | None:
        """What became of an order or cancel whose keeper was told that its outcome is unknown; None for no news."""
        match self._late.take(request, self._now_s):
            case CancelSellOrder() as order:
                canceled = cancel_reply(order, outcome)
                return canceled if isinstance(canceled, SellCanceled) else None
            case PlaceBuyOrder() as purchase, Admission() as admission:
                bought = buy_reply(purchase, outcome)
                if not isinstance(bought, BuyOutcomeUnknown):
                    self.guard.record_reply(admission, bought, self._throttle.read_clocks())
                return bought if isinstance(bought, BuyPlaced) else None
            case PlaceSellOrder() as order, Admission() as admission:
                reply = sell_reply(order, outcome)
                if isinstance(reply, SellOutcomeUnknown):
                    return None
                is_newest = self.guard.record_reply(admission, reply, self._throttle.read_clocks())
                return reply if is_newest or isinstance(reply, SellPlaced) else None
        return None

    def buy_for_fees(self, order: BuyForFees) -> Steps[FeeBuyReply]:
        """Takes one request at most. It sells nothing, so that it need not be noted as in flight."""
        purchase = order.purchase
        deferred = self._placing_deferral(order.sent_ms, _PLACE_COST, self._throttle.read_clocks())
        if deferred is not None:
            return FeeBuyRefused(purchase.client_id, text_of(deferred))
        request = requests.buy_at_market(
            purchase.pair, purchase.client_id, quantity=purchase.quantity, quote=purchase.quote
        )
        outcome = yield NotedRequest(request, lambda: not self.kill_switch.is_on and self.term.may_send())
        self.counts.orders += 1
        return fee_buy_reply(order, outcome)

    def _place(self, order: PlaceSellOrder) -> Steps[SellReply]:
        cost, now = _PLACE_COST if order.stop is None else _PLACE_LIST_COST, self._throttle.read_clocks()
        deferred = self._placing_deferral(order.sent_ms, cost, now)
        if deferred is not None:
            return sell_not_sent(order, deferred)
        admission = self.guard.admit(order, now)
        if isinstance(admission, Deferred):
            return sell_not_sent(order, admission)
        if not isinstance(admission, Admission):
            return admission
        request = _request_of(order)
        outcome = yield NotedRequest(request, lambda: self._note_leaving(admission))
        reply = sell_reply(order, outcome)
        self.guard.record_reply(admission, reply, self._throttle.read_clocks())
        if isinstance(reply, SellOutcomeUnknown):
            self._late.expect(request, (order, admission), self._now_s)
        return reply

    def _note_leaving(self, admission: Admission) -> bool:
        """Just before an order leaves: whether it may. It may have waited for a connection since it was admitted."""
        return not self.kill_switch.is_on and self.term.may_send() and self.guard.note_leaving(admission)

    def _placing_deferral(self, sent_ms: int, cost: Cost, now: ClockReading) -> Deferred | None:
        """The same for what places an order. A cancel goes on while the kill switch is on."""
        return self._deferral(sent_ms, cost, now) or self.kill_switch.deferral()

    def _deferral(self, sent_ms: int, cost: Cost, now: ClockReading) -> Deferred | None:
        """Why an order or cancel that its keeper sent at `sent_ms` must not be sent now; None when it may."""
        if self.lease is None:
            return _UNLEASED
        if self.lease.overtaken:
            return Deferred(f"this system was overtaken: {self.lease.overtaken}", _OVERTAKEN_RETRY_S)
        if not self.term.may_send():
            return Deferred(self.term.trouble(), _TERM_RETRY_S)
        if now.wall_ms - sent_ms > MAX_SEND_DELAY_MS - SENDING_MS:
            return _TOO_LATE
        return self._throttle.deferral(cost, Purpose.TRADING)

    @property
    def _now_s(self) -> float:
        return self._throttle.read_clocks().monotonic_s


def _request_of(order: PlaceSellOrder) -> ExchangeRequest:
    name = sell_name(order.client_id) if order.stop is not None else None
    if order.stop is None or name is None:
        return requests.place_sell(order.symbol, order.client_id, order.price, order.quantity, order.trail)
    return requests.place_sell_with_stop(order.symbol, name, order.price, order.quantity, order.stop)


def _buy_request_of(order: PlaceBuyOrder) -> ExchangeRequest:
    price, quantity = order.price, order.quantity
    if order.sell_price is None or price is None or quantity is None:
        return requests.place_buy(order.symbol, order.client_id, price=price, quantity=quantity, amount=order.amount)
    prices = {"price": price, "sell_price": order.sell_price}
    return requests.place_buy_with_sell(order.symbol, order.client_id, quantity=quantity, **prices)
