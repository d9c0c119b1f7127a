"""How a SELL without an outcome gets one: it is asked about until that is proven, and sent again or given up.

Silence proves nothing: neither a lost answer nor one "no such order" shows that an order will not arrive.
"""

from collections.abc import Collection
from dataclasses import replace

from actors.pair_keeper.cancels import Cancels
from actors.pair_keeper.effects import Effects, Moment
from actors.pair_keeper.order_reports import OrderReports
from actors.pair_keeper.reconciler import Reconciler
from actors.pair_keeper.sell_execution import SellExecution
from actors.pair_keeper.selling_notes import sell_sent_again
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.tags import AskAboutSell, CancelTag, SellTag, WitnessTag
from actors.pair_keeper.trust import TradingPermission
from actors.pair_keeper.unresolved_sells import UnresolvedSells
from lotkeeper.trading.journal import Cause
from lotkeeper.trading.lots.states import HoldReason
from lotkeeper.trading.orders.order import OrderReport, SellOrder, with_asked_id
from lotkeeper.trading.orders.states import OrderEvent, OrderState
from lotkeeper.trading.recovery.in_flight import (
    AbandonSell,
    AskAgain,
    SendAgain,
    ask_again_after_s,
    decide_not_found,
)
from messages.queries import BalanceFetched, OrdersFetched

_UNANSWERED = "no answer of the Gateway to it"
_NOT_FOUND = "the exchange knows no such order now (-2013)"
_NO_WITNESS = f"{_NOT_FOUND}; it can no longer arrive, and nothing shows yet that the queries have caught up"
_OF_EARLIER = "an order of its name has ended, perhaps an earlier one; this one may still arrive"


class SellResolution:
    """Asks about SELLs and cancels whose outcome is not known, and acts on the answers."""

    def __init__(
        self,
        state: KeeperState,
        *,
        permission: TradingPermission,
        cancels: Cancels,
        unresolved: UnresolvedSells,
        selling: SellExecution,
        reconciler: Reconciler,
        reports: OrderReports,
    ) -> None:
        self._state, self._permission = state, permission
        self._cancels, self._unresolved = cancels, unresolved
        self._selling, self._reconciler, self._reports = selling, reconciler, reports

    def doubt(self, client_id: str, why: str, now: Moment) -> Effects[None]:
        """The SELL was sent, and its answer is lost or contradicts it: asking begins."""
        self._unresolved.note_doubt(client_id, why, now)
        yield from self._reports.apply(client_id, OrderEvent.ANSWER_LOST, now)
        yield from self._unresolved.begin_asking(client_id, now)

    def doubt_unanswered(self, older_than_s: float, now: Moment, unsent: Collection[str] = ()) -> Effects[None]:
        """SELLs and cancels without an answer: their Gateway, or the keeper before this one, may be dead.

        `unsent` are the client ids of SELLs that certainly never left.
        """
        if not self._state.has_book:
            return
        latest_ms = now.wall_ms - int(older_than_s * 1000)
        for order in self._state.book.lots.awaited_sells(OrderState.PLACING):
            if order.sent_ms <= latest_ms and order.client_id not in unsent:
                yield from self.doubt(order.client_id, _UNANSWERED, now)
        yield from self._cancels.doubt_unanswered(older_than_s, now)

    # Answers about SELLs

    def on_sell_answer(self, tag: SellTag, message: OrdersFetched, now: Moment) -> Effects[None]:
        """The exchange was asked about an unresolved SELL."""
        if message.reports:
            yield from self._found(with_asked_id(message.reports[0], tag.topic.client_id), tag, now)
        elif (order := self._unresolved.find_asked(tag.topic)) is not None:
            yield from self._not_found(order, tag, now)

    def _found(self, report: OrderReport, tag: SellTag, now: Moment) -> Effects[None]:
        """As long as our SELL may still arrive, an ended order of its name may be an earlier one: asked again."""
        order = self._unresolved.find_asked(tag.topic)
        is_certain = order is None or tag.asked_ms > self._unresolved.settles_ms(order)
        yield from self._reports.take(report, (), now, is_certain=is_certain)
        if report.executed and self._state.book.lots.lack_fills():
            yield from self._reconciler.begin(now)  # for its trades
        if not is_certain and (order := self._unresolved.find_asked(tag.topic)) is not None:
            yield from self._not_found(order, tag, now, _OF_EARLIER)

    def _not_found(self, order: SellOrder, tag: SellTag, now: Moment, answer: str = _NOT_FOUND) -> Effects[None]:
        """The exchange knows no such order: it is asked again until that is proven, then sent again."""
        topic, lot = tag.topic, self._state.book.lots[order.name.buy_order_id]
        following = replace(topic, asked=topic.asked + 1)
        # It may have left the Gateway later than it was sent there, and the exchange have looked before it answered.
        sent = replace(order, sent_ms=self._unresolved.left_by_ms(order))
        match decide_not_found(sent, lot, topic.asked, tag.asked_ms, self._state.start.recv_window_ms):
            case SendAgain() | AbandonSell() if not self._is_absent(order, tag):
                yield from self._unresolved.witness.ask(now)
                yield from self._unresolved.ask_later(_NO_WITNESS, ask_again_after_s(topic.asked), following, now)
            case SendAgain():
                yield from self._send_again(topic, order, now)
            case AbandonSell():
                reason = "never arrived, and other SELLs cover it"
                yield from self._reports.apply(order.client_id, OrderEvent.REFUSED, now, reason)
            case AskAgain(after_s):
                yield from self._unresolved.ask_later(answer, after_s, following, now)

    def _is_absent(self, order: SellOrder, tag: SellTag) -> bool:
        return self._unresolved.witness.is_absent(order.client_id, self._unresolved.settles_ms(order), tag.asked_ms)

    def on_witness_balance(self, tag: WitnessTag, message: BalanceFetched, now: Moment) -> Effects[None]:
        self._unresolved.witness.learn_balance(tag, message)
        yield from self._unresolved.ask_about_proven(now)

    def on_witness_orders(self, tag: WitnessTag, message: OrdersFetched, now: Moment) -> Effects[None]:
        self._unresolved.witness.learn_orders(tag, message)
        yield from self._unresolved.ask_about_proven(now)

    # Sending again what never arrived

    def _send_again(self, topic: AskAboutSell, order: SellOrder, now: Moment) -> Effects[None]:
        """It never reached the exchange: the same order under the same name. Where nothing is placed it is given up."""
        obstacle = self._permission.obstacle(now)
        if obstacle is None:
            self._permission.note_sent_again(order.client_id)
            yield from self._reports.apply(order.client_id, OrderEvent.SENT_AGAIN, now)
            yield from self._selling.send(replace(order, sent_ms=now.wall_ms), now)
            yield sell_sent_again(order, Cause.NEVER_ARRIVED)
        elif obstacle.is_lasting:
            yield from self._reports.apply(
                order.client_id, OrderEvent.REFUSED, now, f"not on the book, and {obstacle.text}"
            )
        else:
            answer = f"not on the book; to be sent again, but {obstacle.text}"
            yield from self._unresolved.ask_later(answer, 1.0, topic, now)

    def send_unsent(self, client_id: str, now: Moment) -> Effects[None]:
        """It certainly is not on the book: the same order is sent at once, unless nothing can be sent now."""
        order = self._unresolved.find_in_flight(client_id)
        if order is None:
            return
        obstacle = self._permission.obstacle(now)
        if obstacle is None:
            yield from self._reports.apply(client_id, OrderEvent.SENT_AGAIN, now)
            yield from self._selling.send(replace(order, sent_ms=now.wall_ms), now)
            yield sell_sent_again(order, Cause.NEVER_SENT)
        else:
            yield from self._reports.apply(client_id, OrderEvent.NOT_SENT, now, f"never left, and {obstacle.text}")

    # Answers about cancels

    def on_cancel_answer(self, tag: CancelTag, message: OrdersFetched, now: Moment) -> Effects[None]:
        """The exchange was asked about a SELL that is being cancelled."""
        if message.reports:
            yield from self._reports.take(message.reports[0], (), now)
        undecided = self._cancels.still_stands(tag.client_id, now)
        if undecided is None:
            return
        if not message.reports and self._is_given_up(tag.client_id):
            yield from self._reports.apply(tag.client_id, OrderEvent.EXPIRED, now)
        else:
            yield from self._selling.follow(undecided, now)

    def _is_given_up(self, client_id: str) -> bool:
        """Whether a person releases its lot, and the exchange has lost the SELL: no cancel could end it."""
        order = self._state.book.lots.sell_of_id(client_id)
        lot = self._state.book.lots.get(order.name.buy_order_id) if order else None
        is_released = lot is not None and lot.hold is HoldReason.RELEASING
        return is_released and self._permission.is_surely_denied(client_id)
