"""Taking a SELL back, and finding out what became of that: the order stands until the exchange says otherwise."""

from dataclasses import dataclass

from actors.keeper.fees import Fees
from actors.keeper.topics import AboutCancel, Phase
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.lots.dust_transfer import lot_id
from lotkeeper.trading.orders.client_ids import cancel_id, client_order_id
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderEvent, OrderState
from lotkeeper.trading.recovery.reconcile import OrderById, alive_until
from lotkeeper.trading.selling.decisions import CancelSell
from messages.health import UnresolvedOrder
from messages.orders import MAX_SEND_DELAY_MS, CancelOutcomeUnknown, CancelRefused, CancelSellOrder, SellCanceled

_ASK_FIRST_MS = 1_000
_ASK_MOST_MS = 5_000
_AGAIN_AFTER_MS = 5_000  # a refused cancel is not tried again at once


@dataclass(slots=True)
class _UnderWay:
    """A cancel that was sent (ms): the latest moment at which it can have left, and what is known of it."""

    sent_ms: int
    left_by_ms: int
    is_doubted: bool = False
    refused_ms: int | None = None
    asked_ms: int = 0
    asked: int = 0

    def is_due(self, now_ms: int) -> bool:
        """Whether to ask about it (again): later and later, for each question takes from the account's budget."""
        wait_ms = min(_ASK_FIRST_MS << max(self.asked - 1, 0), _ASK_MOST_MS) if self.asked else 0
        return self.is_doubted and now_ms - self.asked_ms >= wait_ms


class Canceling(Fees):
    """An order is asked about by its id until it has ended, or its cancel certainly failed."""

    def __init__(self) -> None:
        super().__init__()
        self._cancels: dict[str, _UnderWay] = {}  # by the SELL's client order id

    def _take_back(self, decision: CancelSell) -> None:
        """Booked before it is sent, so that the order's end is known to be ours."""
        name, now_ms = decision.name, self.wall_ms()
        self._book.order_event(name, OrderEvent.CANCEL_SENT, now_ms)
        message = CancelSellOrder(
            symbol=self._symbol,
            incarnation=self._start.incarnation,
            client_id=client_order_id(name),
            order_id=decision.order_id,
            cancel_id=cancel_id(name),
            sent_ms=now_ms,
        )
        self.send(self._peers.gateway, message)
        self._cancels[message.client_id] = _UnderWay(now_ms, now_ms + MAX_SEND_DELAY_MS)
        self._tell("SELL taken back", name.buy_order_id, order=message.client_id, why=decision.why)

    @handles(SellCanceled)
    def _sell_canceled(self, message: SellCanceled, sender: Sender) -> None:
        self._take(message.report)

    @handles(CancelRefused)
    def _cancel_refused(self, message: CancelRefused, sender: Sender) -> None:
        """It may have been filled a moment before, which the exchange refuses with the same words."""
        self.log.warning("%s: cancel of SELL %s refused: %s", self._symbol, message.client_id, message.text)
        state = self._under_way(message.client_id)
        state.is_doubted, state.refused_ms = True, self.wall_ms()
        self._ask_about_cancels()

    @handles(CancelOutcomeUnknown)
    def _cancel_unknown(self, message: CancelOutcomeUnknown, sender: Sender) -> None:
        self.log.warning("%s: cancel of SELL %s: %s", self._symbol, message.client_id, message.reason)
        state = self._under_way(message.client_id)
        state.is_doubted, state.left_by_ms = True, self.wall_ms()
        self._ask_about_cancels()

    def _doubt_cancels(self, older_than_s: float) -> None:
        """Cancels without an answer: their Gateway, or the keeper before this one, may be dead."""
        latest_ms = self.wall_ms() - int(older_than_s * 1000)
        self._cancels = {order.client_id: self._under_way(order.client_id) for order in self._being_cancelled()}
        for state in self._cancels.values():
            state.is_doubted = state.is_doubted or state.sent_ms <= latest_ms
        self._ask_about_cancels()

    def _cancels_leave_no_more(self) -> None:
        """The Gateway is gone: what it had in hand has left by now or never will."""
        for state in self._cancels.values():
            state.left_by_ms = min(state.left_by_ms, self.wall_ms())

    def _ask_about_cancels(self) -> None:
        for order in self._being_cancelled():
            state, about = self._under_way(order.client_id), AboutCancel(order.client_id)
            now_ms, is_pending = self.wall_ms(), self._requests.is_pending(about)
            if order.order_id is not None and state.is_due(now_ms) and not is_pending:
                state.asked_ms, state.asked = now_ms, min(state.asked + 1, 10)
                self._ask_exchange(OrderById(order.order_id), about)

    def _still_standing(self, client_id: str) -> None:
        """The exchange was asked, and the order has not ended: the cancel failed, or may yet arrive."""
        order = next((each for each in self._being_cancelled() if each.client_id == client_id), None)
        state = self._cancels.get(client_id)
        if order is None or state is None:
            self._cancels.pop(client_id, None)
            return
        is_refused = state.refused_ms is not None and self.wall_ms() - state.refused_ms >= _AGAIN_AFTER_MS
        if is_refused or state.asked_ms > alive_until(state.left_by_ms, self._start.recv_window_ms):
            del self._cancels[client_id]
            lot = self._book.order_event(order.name, OrderEvent.CANCEL_REFUSED, self.wall_ms())
            self._follow([lot.buy_order_id] if lot else [])

    def _cancel_in_doubt(self, order: SellOrder) -> UnresolvedOrder:
        state = self._under_way(order.client_id)
        wait_ms = min(_ASK_FIRST_MS << max(state.asked - 1, 0), _ASK_MOST_MS) if state.asked else 0
        return UnresolvedOrder(
            lot=lot_id(order.symbol, order.name.buy_order_id),
            order=order.client_id,
            what="cancel",
            since_ms=state.sent_ms,
            evidence="refused, and the order stands" if state.refused_ms else "no answer to the cancel",
            asked=state.asked,
            next_ms=None if self._requests.is_pending(AboutCancel(order.client_id)) else state.asked_ms + wait_ms,
            settles_ms=alive_until(state.left_by_ms, self._start.recv_window_ms),
        )

    def _under_way(self, client_id: str) -> _UnderWay:
        """What is known of a cancel; one of an earlier life may have left until this moment."""
        now_ms = self.wall_ms()
        return self._cancels.setdefault(client_id, _UnderWay(now_ms, now_ms, is_doubted=True))

    def _being_cancelled(self) -> list[SellOrder]:
        if self._phase is Phase.LOADING or not self._book.index.canceling:
            return []
        orders = (order for lot in self._book.open_lots() for order in lot.orders)
        return [order for order in orders if order.state is OrderState.CANCELING]
