"""What became of a SELL that was sent: the reply, the event, or the question about it."""

from collections.abc import Sequence
from dataclasses import replace

from actors.keeper.selling import Selling
from actors.keeper.topics import AboutDoubt, AskAbout, Phase
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.orders.client_ids import sell_name
from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import OrderReport, SellOrder
from lotkeeper.trading.orders.states import IN_FLIGHT, ImpossibleError, OrderEvent, OrderState
from lotkeeper.trading.recovery.reconcile import OrderByClientId, alive_until
from lotkeeper.trading.recovery.unknown_orders import AskAgain, GiveUp, SendAgain, not_found
from messages.health import UnresolvedOrder
from messages.orders import MAX_SEND_DELAY_MS, SellFenced, SellOutcomeUnknown, SellPlaced, SellRefused

# Binance errors.md, texts of -2010 and -1013
_DUPLICATE = "duplicate order"
_NO_COIN = "insufficient balance"
_FILTER = "filter failure"
_PERCENT_PRICE = "percent_price"
_MAX_ORDERS = "max_num_orders"
_UNANSWERED = "no answer of the Gateway to it"
_NOT_FOUND = "the exchange knows no such order now (-2013)"
_RULES_LAST_S = 60.0  # rules that are younger are not suspected


class Outcomes(Selling):
    """Silence proves nothing: an order whose outcome is not known is asked about until it is."""

    def _take(self, report: OrderReport, fills: Sequence[Fill] = ()) -> None:
        self._suspect(report, fills)
        # Fills first: a BUY has ended when its report says so and all its fills are here.
        lots = [*(self._book.take_fill(fill) for fill in fills), self._noted(report)]
        self._look_for_another()
        self._confirm_duplicate(report)
        if fills or report.is_final:
            self._traded()
        self._follow({lot.buy_order_id for lot in lots if lot})
        for fill, lot in zip(fills, lots, strict=False):
            if lot is not None:
                facts = {"trade": fill.trade_id, "price": fill.price, "quantity": fill.quantity}
                self._tell("bought" if fill.side is Side.BUY else "sold", lot.buy_order_id, **facts)
        if self._book.missing:
            self._reconcile()

    def _suspect(self, report: OrderReport, fills: Sequence[Fill]) -> None:
        """News that our belief has no room for: all is compared after it is taken."""
        name = self._book.name_of(report) if report.side is Side.SELL else None
        lot = self._book.lots.get(name.buy_order_id) if name else None
        if lot is None or name is None:
            return
        known = next((order for order in lot.orders if order.name == name), None)
        told = {fill.trade_id for fill in lot.sells}
        if known is None:
            self._compare_because(f"SELL {report.client_id} is on the exchange, and nobody here placed it")
        elif not known.is_live and report.executed > known.executed and any(f.trade_id not in told for f in fills):
            self._compare_because(f"SELL {known.client_id} was {known.state} here, and has sold more")

    def _compare_because(self, why: str) -> None:
        self.log.warning("%s: %s; all is compared", self._symbol, why)
        self._reconcile()

    def _noted(self, report: OrderReport) -> Lot | None:
        try:
            return self._book.take_report(report)
        except ImpossibleError as error:
            self._wonder(f"{report.client_id}: {error}")
            return None

    def _wonder(self, trouble: str) -> None:
        """Our belief or the report is wrong: say so and compare everything."""
        self.log.error("%s: %s", self._symbol, trouble)
        self._trouble = trouble
        self._reconcile()

    @handles(SellPlaced)
    def _sell_placed(self, message: SellPlaced, sender: Sender) -> None:
        self._take(message.report, message.fills)

    @handles(SellRefused)
    def _sell_refused(self, message: SellRefused, sender: Sender) -> None:
        text = message.text.lower()
        if _DUPLICATE in text:
            self._look_at_duplicate(message.client_id)
            self._doubt(message.client_id, f"refused: {message.text}")
            return
        self.log.warning("%s: SELL %s refused: %s", self._symbol, message.client_id, message.text)
        if message.retry_s is not None:
            self._hold_off(message.retry_s, message.text)
        self._order_event(message.client_id, OrderEvent.REFUSED, f"refused: {message.text}")
        self._learn_from(text)

    def _learn_from(self, text: str) -> None:
        """A refusal is evidence that our belief is wrong: of the coins, the price, the orders that stand, the rules."""
        if _NO_COIN in text:
            self._look_at_balance()
        if _PERCENT_PRICE in text:
            self._look_at_reference()
        if _NO_COIN in text or _MAX_ORDERS in text:
            self._reconcile()
        elif _FILTER in text:
            self._market_due_at = min(self._market_due_at, self._market_fetched_at + _RULES_LAST_S)

    @handles(SellOutcomeUnknown)
    def _outcome_unknown(self, message: SellOutcomeUnknown, sender: Sender) -> None:
        self.log.warning("%s: outcome of SELL %s not known: %s", self._symbol, message.client_id, message.reason)
        self._left_by[message.client_id] = self.wall_ms()
        self._doubt(message.client_id, message.reason)

    @handles(SellFenced)
    def _sell_fenced(self, message: SellFenced, sender: Sender) -> None:
        """Another keeper holds the pair: this one is a ghost and ends."""
        self.log.error("%s: a newer keeper (%d) holds the pair; this one ends", self._symbol, message.newest)
        self.exit()

    # Doubt

    def _doubt(self, client_id: str, why: str) -> None:
        self._doubts.begun(client_id, why, self.wall_ms())
        self._order_event(client_id, OrderEvent.ANSWER_LOST)
        self._begin_asking(client_id)

    def _doubt_unanswered(self, older_than_s: float) -> None:
        """SELLs sent and not answered: their Gateway, or the keeper before this one, may be dead."""
        if self._phase is Phase.LOADING:
            return
        latest_ms = self.wall_ms() - int(older_than_s * 1000)
        for order in [order for lot in self._book.open_lots() for order in lot.orders]:
            if order.state is OrderState.PLACING and order.sent_ms <= latest_ms:
                self._doubt(order.client_id, _UNANSWERED)
        self._doubt_cancels(older_than_s)

    def _leaves_no_more(self) -> None:
        """The Gateway is gone: what it had in hand has left by now or never will."""
        now_ms = self.wall_ms()
        for order in (order for lot in self._book.open_lots() for order in lot.orders if order.state in IN_FLIGHT):
            self._left_by[order.client_id] = min(now_ms, self._left_by.get(order.client_id, now_ms))
        self._cancels_leave_no_more()

    def _order_event(self, client_id: str, event: OrderEvent, reason: str = "") -> None:
        name = sell_name(client_id)
        if name is None:
            return
        try:
            lot = self._book.order_event(name, event, self.wall_ms(), reason)
        except ImpossibleError as error:
            self._wonder(f"{client_id}: {error}")
            return
        self._follow([lot.buy_order_id] if lot else [])

    def _begin_asking(self, client_id: str) -> None:
        self._series[client_id] = self._series.get(client_id, 0) + 1
        self._ask_about(AskAbout(client_id, self._series[client_id]))

    def _ask_about(self, topic: AskAbout) -> None:
        if self._in_doubt(topic) is not None:
            self._doubts.asked(topic.client_id, self.wall_ms())
            self._ask_exchange(OrderByClientId(topic.client_id), AboutDoubt(topic, self.wall_ms()))

    def _in_doubt(self, topic: AskAbout) -> SellOrder | None:
        """The SELL that is asked about; None when it is settled, or when a newer series of questions goes on."""
        if self._series.get(topic.client_id) != topic.series:
            return None
        return next((each for each in self._book.in_doubt() if each.client_id == topic.client_id), None)

    def _still_not_found(self, about: AboutDoubt) -> None:
        """The exchange knows no such order: it is asked again until the request cannot be alive, then sent again."""
        topic = about.topic
        order = self._in_doubt(topic)
        if order is None:
            return
        # It may have left the Gateway later than it was sent there, and the exchange have looked before it answered.
        left_by_ms = self._left_by.get(order.client_id, order.sent_ms + MAX_SEND_DELAY_MS)
        lot, sent = self._book.lots[order.name.buy_order_id], replace(order, sent_ms=left_by_ms)
        match not_found(sent, lot, topic.asked, about.asked_ms, self._start.recv_window_ms):
            case SendAgain():
                self._send_again(topic, order)
            case GiveUp():
                self._order_event(order.client_id, OrderEvent.REFUSED, "never arrived, and other SELLs cover it")
            case AskAgain(after_s):
                self._ask_later(topic.client_id, _NOT_FOUND, after_s, replace(topic, asked=topic.asked + 1))

    def _ask_later(self, client_id: str, answer: str, after_s: float, topic: AskAbout) -> None:
        self._doubts.answered(client_id, answer, self.wall_ms() + int(after_s * 1000))
        self.wake_in(after_s, topic)

    def _settles_ms(self, order: SellOrder) -> int:
        """Until when (ms) a SELL in doubt may still reach the book."""
        left_by_ms = self._left_by.get(order.client_id, order.sent_ms + MAX_SEND_DELAY_MS)
        return alive_until(left_by_ms, self._start.recv_window_ms)

    def _told_in_doubt(self) -> tuple[UnresolvedOrder, ...]:
        unknown, canceling = self._book.in_doubt(), self._being_cancelled()
        self._doubts.forget_all_but(order.client_id for order in unknown)
        return (
            *self._doubts.told(unknown, "SELL", self._settles_ms),
            *(self._cancel_in_doubt(order) for order in canceling if self._under_way(order.client_id).is_doubted),
        )

    def _send_again(self, topic: AskAbout, order: SellOrder) -> None:
        """It never reached the exchange: the same order under the same name. Where nothing is placed it is given up."""
        obstacle = self._obstacle()
        if self._is_paused or self._watch_only():
            self._order_event(order.client_id, OrderEvent.REFUSED, f"not on the book, and {obstacle}")
        elif obstacle:
            self._ask_later(topic.client_id, f"not on the book; to be sent again, but {obstacle}", 1.0, topic)
        else:
            self._sent_again.add(order.client_id)
            self._order_event(order.client_id, OrderEvent.SENT_AGAIN)
            self._send_order(replace(order, sent_ms=self.wall_ms()))
