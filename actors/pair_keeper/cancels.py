"""Cancelling SELLs, and finding out what became of that: an order stands until the exchange says otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass

from actors.pair_keeper.effects import Effects, Moment, Peer, Send, as_decision, lot_event, warning
from actors.pair_keeper.requests import Requests, exchange_question
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.tags import CancelTag
from lotkeeper.trading.journal import DecisionKind
from lotkeeper.trading.log_events import LogEvent
from lotkeeper.trading.lots.transfers import lot_id
from lotkeeper.trading.orders.client_ids import cancel_id, client_order_id
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import ON_BOOK, OrderEvent, OrderState
from lotkeeper.trading.recovery.in_flight import alive_until
from lotkeeper.trading.recovery.questions import OrderById
from lotkeeper.trading.selling.decisions import CancelSell
from messages.health import UnresolvedOrder
from messages.orders import MAX_SEND_DELAY_MS, CancelOutcomeUnknown, CancelRefused, CancelSellOrder

_ASK_FIRST_MS = 1_000
_ASK_MOST_MS = 5_000
# A refused cancel is sent again, ever later.
_AGAIN_FIRST_MS = 5_000
_AGAIN_MOST_MS = 300_000
_AGAIN_DOUBLED = 6  # times at most: then the wait is as long as it gets


@dataclass(slots=True)
class _UnderWay:
    """A cancel that was sent. Times are milliseconds of the wall clock."""

    sent_ms: int
    left_by_ms: int  # the latest moment at which it can have left the Gateway
    is_doubted: bool = False
    refused_ms: int | None = None
    again_after_ms: int = _AGAIN_FIRST_MS  # after that: when it is sent again
    refusal: str = ""  # what the exchange said, for people
    lost_ms: int | None = None  # when its Gateway was known to have ended without a reply to it
    asked_ms: int = 0
    asked: int = 0

    @property
    def next_ms(self) -> int:
        """When to ask about it. The waits grow, because each question uses the account's request budget."""
        again_ms = 0 if self.refused_ms is None else self.refused_ms + self.again_after_ms
        most_ms = max(_ASK_MOST_MS, again_ms - self.asked_ms)
        return self.asked_ms + (min(_ASK_FIRST_MS << max(self.asked - 1, 0), most_ms) if self.asked else 0)

    def may_arrive(self, settles_ms: int, now_ms: int) -> bool:
        """Whether the order may still be cancelled by it; or, of one that was refused, whether the next is not due yet.

        One that was lost with its Gateway counts as failed: should it arrive after all, it ends no other order.
        """
        if self.refused_ms is not None:
            return now_ms - self.refused_ms < self.again_after_ms
        is_lost = self.lost_ms is not None and self.asked_ms >= self.lost_ms
        return not is_lost and self.asked_ms <= settles_ms


class Cancels:
    """An order is asked about by its id until it has ended, or its cancel certainly failed."""

    def __init__(self, state: KeeperState, requests: Requests) -> None:
        self._state, self._requests = state, requests
        # Both by the SELL's client order id.
        self._under_way: dict[str, _UnderWay] = {}
        self._refusals: dict[str, int] = {}  # how often in a row the exchange refused to cancel it

    def send(self, cancel: CancelSell, now: Moment) -> Effects[None]:
        """Booked before it is sent, so that the order's end is known to be ours."""
        name = cancel.name
        self._state.book.lots.apply_order_event(name, OrderEvent.CANCEL_SENT, now.wall_ms)
        self._under_way[client_order_id(name)] = _UnderWay(now.wall_ms, now.wall_ms + MAX_SEND_DELAY_MS)
        yield from self.send_unbooked(cancel, now)

    def send_unbooked(self, cancel: CancelSell, now: Moment) -> Effects[None]:
        """For a SELL that no lot here has. Where the cancel is lost, the next report of the order brings another."""
        name = cancel.name
        message = CancelSellOrder(
            symbol=self._state.symbol,
            incarnation=self._state.start.incarnation,
            client_id=client_order_id(name),
            order_id=cancel.order_id,
            cancel_id=cancel_id(name),
            sent_ms=now.wall_ms,
        )
        yield Send(Peer.GATEWAY, message)
        facts = {"order": message.client_id, "why": cancel.why}
        line = lot_event("SELL cancelled", self._state.symbol, name.buy_order_id, **facts)
        yield as_decision(line, DecisionKind.SELL_CANCELLED, cancel.cause, name.buy_order_id, who=cancel.who)

    def on_cancel_refused(self, message: CancelRefused, now: Moment) -> Effects[None]:
        """It may have been filled a moment before, which the exchange refuses with the same text."""
        yield warning(
            f"{self._state.symbol}: cancel of SELL {message.client_id} refused: {message.text}",
            LogEvent.CANCEL_REFUSED,
            order=message.client_id,
        )
        cancel = self._find(message.client_id, now)
        if cancel.refused_ms is None:  # this is no copy of the reply
            self._note_refused(cancel, message, now)
        yield from self._ask_due(now)

    def _note_refused(self, cancel: _UnderWay, message: CancelRefused, now: Moment) -> None:
        """One that was not sent says nothing of what the exchange thinks of it."""
        cancel.is_doubted, cancel.refused_ms, cancel.refusal = True, now.wall_ms, message.text
        if message.code:
            before = self._refusals.get(message.client_id, 0)
            self._refusals[message.client_id] = before + 1
            cancel.again_after_ms = min(_AGAIN_FIRST_MS << min(before, _AGAIN_DOUBLED), _AGAIN_MOST_MS)

    def on_cancel_outcome_unknown(self, message: CancelOutcomeUnknown, now: Moment) -> Effects[None]:
        yield warning(
            f"{self._state.symbol}: cancel of SELL {message.client_id}: {message.reason}",
            LogEvent.CANCEL_UNKNOWN,
            order=message.client_id,
        )
        cancel = self._find(message.client_id, now)
        cancel.is_doubted, cancel.left_by_ms = True, now.wall_ms
        yield from self._ask_due(now)

    def on_cancel_due(self, wakeup: CancelTag, now: Moment) -> Effects[None]:
        yield from self._ask_due(now)

    def doubt_unanswered(self, older_than_s: float, now: Moment) -> Effects[None]:
        """Cancels without an answer: their Gateway, or the keeper before this one, may be dead."""
        latest_ms = now.wall_ms - int(older_than_s * 1000)
        self._under_way = {each.client_id: self._find(each.client_id, now) for each in self._being_cancelled()}
        self._refusals = {each: times for each, times in self._refusals.items() if self._stands(each)}
        for cancel in self._under_way.values():
            cancel.is_doubted = cancel.is_doubted or cancel.sent_ms <= latest_ms
        yield from self._ask_due(now)

    def on_gateway_ended(self, now: Moment) -> None:
        """What the Gateway had was sent before its end, or never will be."""
        for cancel in self._under_way.values():
            cancel.left_by_ms = min(cancel.left_by_ms, now.wall_ms)
            cancel.lost_ms = now.wall_ms

    def still_stands(self, client_id: str, now: Moment) -> list[int] | None:
        """The exchange was asked. If the order has not ended, the cancel failed, or may yet arrive.

        The lots to decide about when it failed and may be sent again. None when there is nothing to decide.
        """
        order = next((each for each in self._being_cancelled() if each.client_id == client_id), None)
        cancel = self._under_way.get(client_id)
        if order is None or cancel is None:
            self._under_way.pop(client_id, None)
            return None
        if cancel.may_arrive(self._settles_ms(cancel), now.wall_ms):
            return None
        del self._under_way[client_id]
        lot = self._state.book.lots.apply_order_event(order.name, OrderEvent.CANCEL_REFUSED, now.wall_ms)
        return [lot.buy_order_id] if lot else []

    def unresolved(self, now: Moment) -> Iterator[UnresolvedOrder]:
        """The cancels whose outcome is not known, for people."""
        for order in self._being_cancelled():
            cancel = self._find(order.client_id, now)
            if cancel.is_doubted:
                yield self._unresolved_order(order, cancel, now)

    def _unresolved_order(self, order: SellOrder, cancel: _UnderWay, now: Moment) -> UnresolvedOrder:
        return UnresolvedOrder(
            lot=lot_id(order.symbol, order.name.buy_order_id),
            order=order.client_id,
            what="cancel",
            since_ms=cancel.sent_ms,
            evidence=self._evidence(order, cancel, now),
            asked=cancel.asked,
            next_ms=None if self._requests.is_pending(CancelTag(order.client_id)) else cancel.next_ms,
            settles_ms=self._settles_ms(cancel),
        )

    def _evidence(self, order: SellOrder, cancel: _UnderWay, now: Moment) -> str:
        """For people."""
        if cancel.refused_ms is None:
            return "no answer to the cancel"
        left_s = max(cancel.refused_ms + cancel.again_after_ms - now.wall_ms, 0) / 1000
        times = self._refusals.get(order.client_id, 0)
        often = f" {times} times" if times > 1 else ""
        return f"refused{often}: {cancel.refusal}; the order stands; cancelled again in {left_s:.0f} s"

    def _stands(self, client_id: str) -> bool:
        """Whether the SELL is believed to stand on the book, so that another cancel may follow."""
        order = self._state.book.lots.sell_of_id(client_id) if self._state.has_book else None
        return order is not None and order.state in ON_BOOK

    def _ask_due(self, now: Moment) -> Effects[None]:
        for order in self._being_cancelled():
            cancel, tag = self._find(order.client_id, now), CancelTag(order.client_id)
            is_due = cancel.is_doubted and now.wall_ms >= cancel.next_ms
            order_id = order.standing_id
            if order_id is not None and is_due and not self._requests.is_pending(tag):
                cancel.asked_ms, cancel.asked = now.wall_ms, min(cancel.asked + 1, 10)
                build = exchange_question(self._state.symbol, OrderById(order_id))
                yield Send(Peer.GATEWAY, self._requests.ask(build, tag, now.monotonic_s))

    def _settles_ms(self, cancel: _UnderWay) -> int:
        """Until when (ms) the cancel may still reach the exchange."""
        return alive_until(cancel.left_by_ms, self._state.start.recv_window_ms)

    def _find(self, client_id: str, now: Moment) -> _UnderWay:
        """What is known of a cancel; that of an earlier keeper may have been sent until this moment."""
        return self._under_way.setdefault(client_id, _UnderWay(now.wall_ms, now.wall_ms, is_doubted=True))

    def _being_cancelled(self) -> list[SellOrder]:
        if not self._state.has_book or not self._state.book.lots.index.canceling:
            return []
        return self._state.book.lots.awaited_sells(OrderState.CANCELING)
