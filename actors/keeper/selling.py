"""Deciding about lots and carrying it out: SELLs placed, SELLs taken back, dust carried."""

from collections.abc import Iterable

from actors.keeper.canceling import Canceling
from actors.keeper.topics import HoldOver, LookAgain, Phase
from lotkeeper.trading.lots.disposal import Disposal
from lotkeeper.trading.lots.dust_transfer import DustTransfer
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.money import less
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.reports.profit import realised
from lotkeeper.trading.selling.decisions import (
    CancelSell,
    Close,
    Decision,
    Park,
    PlaceSell,
    Queue,
    Release,
    TransferDust,
    ValueFees,
    Wait,
)
from lotkeeper.trading.selling.planning import Known, decided, in_order
from messages.orders import MAX_SEND_DELAY_MS, PlaceSellOrder

_LONGEST_SLEEP_S = 3600.0  # the exchange may name any moment


class Selling(Canceling):
    """From a changed lot to a SELL on the book."""

    _held_until = 0.0  # by the monotonic clock; until then the Gateway may send no order
    _held_reason = ""

    def __init__(self) -> None:
        super().__init__()
        self._look_at_ms: dict[int, int] = {}  # by lot: when it is looked at again

    def _follow(self, buy_order_ids: Iterable[int]) -> None:
        """Decides for changed lots, then writes them down: the wire comes before the notebook."""
        sold = self._book.count_sales_by_hand()
        changed = {*buy_order_ids, *(each.buy_order_id for each in sold)}
        if not changed:
            return
        if self._phase is Phase.TRADING:
            changed |= self._decide_about(changed)
        self._record(changed)
        self._report_soon()
        self._tell_sold_by_hand(sold)

    def _tell_sold_by_hand(self, sold: Iterable[Disposal]) -> None:
        for each in sold:
            facts = {"order": each.order_id, "trade": each.number, "quantity": each.quantity, "proceeds": each.proceeds}
            self._tell("sold by hand", each.buy_order_id, **facts)

    def _decide_about(self, buy_order_ids: Iterable[int]) -> set[int]:
        """Decides about these lots, and those that wait for an order slot; the lots that changed."""
        changed: set[int] = set()
        for buy_order_id in in_order(self._book, buy_order_ids, self._known()):
            changed |= self._decide(buy_order_id)
        return changed

    def _decide(self, buy_order_id: int) -> set[int]:
        """Dust is carried in the book first, and told of last: nothing but arithmetic stands before the wire."""
        decisions = decided(self._book, buy_order_id, self._known())
        carries = [decision.carry for decision in decisions if isinstance(decision, TransferDust)]
        for carry in carries:
            self._book.carry(carry)
        changed = {buy_order_id} if carries else set()
        for decision in decisions:
            changed |= self._carry_out(buy_order_id, decision)
        for carry in carries:
            changed |= self._dust_carried(carry)
        return changed

    def _known(self) -> Known:
        return Known(self.wall_ms(), self._obstacle(), self._free, self._reference)

    def _obstacle(self) -> str:
        """Why nothing can be sent now, whatever the lot; empty when it can."""
        if self._is_paused:
            return "the pair is paused"
        unproven = self._watch_only()
        if unproven:
            return f"watch-only: {unproven}"
        if self.monotonic() < self._held_until:
            return self._held_reason
        return "" if self._peers.gateway is not None else "the Gateway is being restarted"

    def _hold_off(self, seconds: float, reason: str) -> None:
        """Nothing is tried before the Gateway may send again; then every lot is looked at."""
        until = self.monotonic() + seconds
        if until > self._held_until:
            self._held_until, self._held_reason = until, reason
            self.wake_in(seconds, HoldOver())

    # Carrying out

    def _carry_out(self, buy_order_id: int, decision: Decision) -> set[int]:
        """Does what was decided about a lot; the lots that changed."""
        match decision:
            case PlaceSell():
                self._place(decision)
                return {buy_order_id}
            case CancelSell() if self._peers.gateway is None:
                return set()  # all is decided about anew when it is back
            case CancelSell():
                self._take_back(decision)
                return {decision.name.buy_order_id}
            case ValueFees(assets):
                self._value_fees(assets)
                return set()
            case Release():
                self._book.release(buy_order_id, self.wall_ms())
                return {buy_order_id} | self._decide(buy_order_id)
            case TransferDust():
                return set()  # done before all else
            case Wait() | Park() | Queue() | Close():
                return self._stand_by(buy_order_id, decision)

    def _stand_by(self, buy_order_id: int, decision: Wait | Park | Queue | Close) -> set[int]:
        lot = self._book.lots[buy_order_id]
        if isinstance(decision, Park) and decision.until_ms is not None:
            self._look_again(buy_order_id, decision.until_ms)
        if isinstance(decision, Close) and lot.state is not LotState.CLOSED and lot.sold:
            self._tell("lot sold", buy_order_id, profit=realised(lot), quote=lot.quote)
        changed = self._book.decided(lot, decision)
        self._value_fees({fill.commission_asset for fill in lot.unvalued()})
        return {buy_order_id} if changed else set()

    def _look_again(self, buy_order_id: int, at_ms: int) -> None:
        """One wake-up a lot, the earliest that is wanted."""
        now_ms = self.wall_ms()
        if now_ms < self._look_at_ms.get(buy_order_id, 0) <= at_ms:
            return
        self._look_at_ms[buy_order_id] = at_ms
        self.wake_in(min(max(0.01, (at_ms - now_ms) / 1000), _LONGEST_SLEEP_S), LookAgain(buy_order_id))

    def _looked_at(self, buy_order_id: int) -> None:
        """Wake-up: what holds the lot back may be gone; where it is a figure, that is asked for first."""
        self._look_at_ms.pop(buy_order_id, None)
        if buy_order_id in self._book.lots and not self._look_at_what_is_old():
            self._follow([buy_order_id])

    def _place(self, decision: PlaceSell) -> None:
        order = self._book.sell_sent(decision, self.wall_ms())
        self._send_order(order)
        if self._free is not None:
            self._free = less(self._free, order.quantity)
        facts = {"order": order.client_id, "price": order.price, "quantity": order.quantity}
        self._tell("SELL sent", order.name.buy_order_id, **facts)

    def _send_order(self, order: SellOrder) -> None:
        self._left_by[order.client_id] = order.sent_ms + MAX_SEND_DELAY_MS
        message = PlaceSellOrder(
            symbol=self._symbol,
            incarnation=self._start.incarnation,
            client_id=order.client_id,
            price=order.price,
            quantity=order.quantity,
            sent_ms=order.sent_ms,
            complete_as_of_ms=self._complete_as_of_ms or 0,
        )
        self.send(self._peers.gateway, message)

    def _dust_carried(self, carry: DustTransfer) -> set[int]:
        """What gave it may have nothing left to wait for. Both lots go down in one record, the carry with either."""
        facts = {"quantity": carry.quantity, "cost": carry.cost, "to": carry.target_lot}
        self._tell("dust carried", carry.source, **facts)
        return {carry.source} | self._decide(carry.source)
