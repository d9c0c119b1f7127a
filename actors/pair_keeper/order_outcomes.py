"""What became of the pair's orders: the event, the reply, or the answer to the question about a SELL."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from actors.pair_keeper.cancels import Cancels
from actors.pair_keeper.effects import Effects, Exit, Moment, error, lot_event, warning
from actors.pair_keeper.market_rules import MarketRules
from actors.pair_keeper.reconciler import Reconciler
from actors.pair_keeper.refusal_facts import RefusalFacts
from actors.pair_keeper.sell_execution import SellExecution
from actors.pair_keeper.state import KeeperState, Trouble, TroubleKind
from actors.pair_keeper.tags import AskAboutSell, CancelTag, SellTag
from actors.pair_keeper.trust import TradingPermission
from actors.pair_keeper.unresolved_sells import UnresolvedSells
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.orders.client_ids import sell_name
from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import OrderReport, SellOrder, with_asked_id
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.orders.states import ImpossibleError, OrderEvent, OrderState
from lotkeeper.trading.recovery.in_flight import AbandonSell, AskAgain, SendAgain, decide_not_found
from messages.account import OrderReported
from messages.orders import (
    SellBlocked,
    SellCanceled,
    SellFenced,
    SellOutcomeUnknown,
    SellPlaced,
    SellRefused,
)
from messages.queries import OrdersFetched

ApplyReport = Callable[[OrderReport], Lot | None]

_UNANSWERED = "no answer of the Gateway to it"
_NOT_FOUND = "the exchange knows no such order now (-2013)"


class OrderOutcomes:
    """Silence proves nothing: an order whose outcome is not known is asked about until it is."""

    def __init__(
        self,
        state: KeeperState,
        *,
        permission: TradingPermission,
        facts: RefusalFacts,
        rules: MarketRules,
        cancels: Cancels,
        unresolved: UnresolvedSells,
        selling: SellExecution,
        reconciler: Reconciler,
    ) -> None:
        self._state, self._permission, self._facts, self._rules = state, permission, facts, rules
        self._cancels, self._unresolved = cancels, unresolved
        self._selling, self._reconciler = selling, reconciler
        self._early: list[OrderReported] = []  # events that came before the book was open

    # Reports

    def on_order_reported(self, message: OrderReported, now: Moment) -> Effects[None]:
        if self._state.has_book:
            fills = (message.fill,) if message.fill else ()
            yield from self._take(message.report, fills, self._state.book.apply_event, now)
        else:
            self._early.append(message)

    def take_early(self, now: Moment) -> Effects[None]:
        """The book is open: the events that came before."""
        early, self._early = self._early, []
        for message in early:
            yield from self.on_order_reported(message, now)

    def on_sell_placed(self, message: SellPlaced, now: Moment) -> Effects[None]:
        yield from self.take(message.report, message.fills, now)

    def on_sell_canceled(self, message: SellCanceled, now: Moment) -> Effects[None]:
        yield from self.take(message.report, (), now)

    def take(self, report: OrderReport, fills: Sequence[Fill], now: Moment) -> Effects[None]:
        """Takes what the exchange answers about an order, and its fills."""
        yield from self._take(report, fills, self._state.book.apply_report, now)

    def _take(self, report: OrderReport, fills: Sequence[Fill], apply: ApplyReport, now: Moment) -> Effects[None]:
        """`apply` is how the book takes the report: as an answer, or as an event of the stream."""
        yield from self._suspect(report, fills, now)
        # Fills first: a BUY has ended when its report says so and all its fills are here.
        lots = [*map(self._state.book.apply_fill, fills), (yield from self._take_report(report, apply, now))]
        yield from self._permission.look_for_another(now)
        yield from self._permission.confirm_duplicate(report, now)
        if fills or report.is_final:
            self._facts.forget_balance()
        yield from self._selling.follow({lot.buy_order_id for lot in lots if lot}, now)
        yield from self._log_fills(fills, lots)
        if self._state.book.buys_to_rebuild:
            yield from self._reconciler.begin(now)

    def _suspect(self, report: OrderReport, fills: Sequence[Fill], now: Moment) -> Effects[None]:
        """News that contradicts the book: a reconciliation follows."""
        book = self._state.book
        name = book.sell_name_of(report) if report.side is Side.SELL else None
        lot = book.lots.get(name.buy_order_id) if name else None
        if lot is None or name is None:
            return
        known = next((order for order in lot.orders if order.name == name), None)
        told = {fill.trade_id for fill in lot.sells}
        if known is None:
            reason = f"SELL {report.client_id} is on the exchange, and nobody here placed it"
            yield from self._reconciler.begin_because(reason, now)
        elif not known.is_live and report.executed > known.executed and any(f.trade_id not in told for f in fills):
            reason = f"SELL {known.client_id} was {known.state} here, and has sold more"
            yield from self._reconciler.begin_because(reason, now)

    def _take_report(self, report: OrderReport, apply: ApplyReport, now: Moment) -> Effects[Lot | None]:
        try:
            return apply(report)
        except ImpossibleError as impossible:
            yield from self._report_contradiction(f"{report.client_id}: {impossible}", now)
            return None

    def _report_contradiction(self, detail: str, now: Moment) -> Effects[None]:
        """The book or the report is wrong: it is shown, and everything is compared."""
        yield error(f"{self._state.symbol}: {detail}")
        self._state.trouble = Trouble(TroubleKind.IMPOSSIBLE, detail)
        yield from self._reconciler.begin(now)

    def _log_fills(self, fills: Sequence[Fill], lots: Sequence[Lot | None]) -> Effects[None]:
        for fill, lot in zip(fills, lots, strict=False):
            if lot is not None:
                facts = {"trade": fill.trade_id, "price": fill.price, "quantity": fill.quantity}
                event = "bought" if fill.side is Side.BUY else "sold"
                yield lot_event(event, self._state.symbol, lot.buy_order_id, **facts)

    # The Gateway's other replies

    def on_sell_refused(self, message: SellRefused, now: Moment) -> Effects[None]:
        if message.kind is RefusalKind.DUPLICATE_ORDER:
            yield from self._permission.look_at_duplicate(message.client_id, now)
            yield from self._doubt(message.client_id, f"refused: {message.text}", now)
            return
        yield warning(f"{self._state.symbol}: SELL {message.client_id} refused: {message.text}")
        if message.retry_s is not None:
            yield from self._permission.pause_sending(message.retry_s, message.text, now)
        yield from self.apply(message.client_id, OrderEvent.REFUSED, now, f"refused: {message.text}")
        yield from self._learn_from(message.kind, now)

    def _learn_from(self, kind: RefusalKind, now: Moment) -> Effects[None]:
        """A refusal shows that we are wrong about the coins, the price, the open orders or the rules."""
        match kind:
            case RefusalKind.INSUFFICIENT_BALANCE:
                yield from self._facts.ask_balance(now)
                yield from self._reconciler.begin(now)
            case RefusalKind.MAX_NUM_ORDERS:
                yield from self._reconciler.begin(now)
            case RefusalKind.PERCENT_PRICE:
                yield from self._facts.ask_reference(now)
                self._rules.suspect()
            case RefusalKind.OTHER_FILTER:
                self._rules.suspect()

    def on_sell_blocked(self, message: SellBlocked, now: Moment) -> Effects[None]:
        yield from self._permission.block_sells(message, now)
        yield from self.apply(message.client_id, OrderEvent.REFUSED, now, f"not sent: {message.reason}")

    def on_sell_outcome_unknown(self, message: SellOutcomeUnknown, now: Moment) -> Effects[None]:
        yield warning(f"{self._state.symbol}: outcome of SELL {message.client_id} not known: {message.reason}")
        self._unresolved.note_reply(message.client_id, now)
        yield from self._doubt(message.client_id, message.reason, now)

    def on_sell_fenced(self, message: SellFenced, now: Moment) -> Effects[None]:
        """Another keeper holds the pair: this one is a ghost and ends."""
        yield error(f"{self._state.symbol}: a newer keeper ({message.newest}) holds the pair; this one ends")
        yield Exit()

    def apply(self, client_id: str, event: OrderEvent, now: Moment, reason: str = "") -> Effects[None]:
        """An event of our own on a SELL; then its lot is decided about."""
        name = sell_name(client_id)
        if name is None:
            return
        try:
            lot = self._state.book.lots.apply_order_event(name, event, now.wall_ms, reason)
            if event in (OrderEvent.REFUSED, OrderEvent.NEVER_ARRIVED):
                lot = self._state.book.apply_early_events(name) or lot
        except ImpossibleError as impossible:
            yield from self._report_contradiction(f"{client_id}: {impossible}", now)
            return
        yield from self._selling.follow([lot.buy_order_id] if lot else [], now)

    # Unresolved SELLs

    def _doubt(self, client_id: str, why: str, now: Moment) -> Effects[None]:
        self._unresolved.note_doubt(client_id, why, now)
        yield from self.apply(client_id, OrderEvent.ANSWER_LOST, now)
        yield from self._unresolved.begin_asking(client_id, now)

    def doubt_unanswered(self, older_than_s: float, now: Moment) -> Effects[None]:
        """SELLs and cancels without an answer: their Gateway, or the keeper before this one, may be dead."""
        if not self._state.has_book:
            return
        latest_ms = now.wall_ms - int(older_than_s * 1000)
        for order in [order for lot in self._state.book.lots.open() for order in lot.orders]:
            if order.state is OrderState.PLACING and order.sent_ms <= latest_ms:
                yield from self._doubt(order.client_id, _UNANSWERED, now)
        yield from self._cancels.doubt_unanswered(older_than_s, now)

    def on_sell_answer(self, tag: SellTag, message: OrdersFetched, now: Moment) -> Effects[None]:
        """The exchange was asked about an unresolved SELL."""
        if message.reports:
            yield from self.take(with_asked_id(message.reports[0], tag.topic.client_id), (), now)
        elif (order := self._unresolved.find_asked(tag.topic)) is not None:
            yield from self._not_found(order, tag, now)

    def _not_found(self, order: SellOrder, tag: SellTag, now: Moment) -> Effects[None]:
        """The exchange knows no such order: it is asked again until the request cannot be alive, then sent again."""
        topic, lot = tag.topic, self._state.book.lots[order.name.buy_order_id]
        # It may have left the Gateway later than it was sent there, and the exchange have looked before it answered.
        sent = replace(order, sent_ms=self._unresolved.left_by_ms(order))
        match decide_not_found(sent, lot, topic.asked, tag.asked_ms, self._state.start.recv_window_ms):
            case SendAgain() | AbandonSell() if known := self._state.book.apply_early_events(order.name):
                # Cancelled or amended by hand it goes by another client id; or the events were of a forgotten order.
                yield from self._reconciler.begin_because(f"SELL {order.client_id} is known only by its events", now)
                yield from self._selling.follow([known.buy_order_id], now)
            case SendAgain():
                yield from self._send_again(topic, order, now)
            case AbandonSell():
                reason = "never arrived, and other SELLs cover it"
                yield from self.apply(order.client_id, OrderEvent.REFUSED, now, reason)
            case AskAgain(after_s):
                following = replace(topic, asked=topic.asked + 1)
                yield from self._unresolved.ask_later(_NOT_FOUND, after_s, following, now)

    def _send_again(self, topic: AskAboutSell, order: SellOrder, now: Moment) -> Effects[None]:
        """It never reached the exchange: the same order under the same name. Where nothing is placed it is given up."""
        obstacle = self._permission.obstacle(now)
        if obstacle is None:
            self._permission.note_sent_again(order.client_id)
            yield from self.apply(order.client_id, OrderEvent.SENT_AGAIN, now)
            yield from self._selling.send(replace(order, sent_ms=now.wall_ms))
        elif obstacle.is_lasting:
            yield from self.apply(order.client_id, OrderEvent.REFUSED, now, f"not on the book, and {obstacle.text}")
        else:
            answer = f"not on the book; to be sent again, but {obstacle.text}"
            yield from self._unresolved.ask_later(answer, 1.0, topic, now)

    # Cancels

    def on_cancel_answer(self, tag: CancelTag, message: OrdersFetched, now: Moment) -> Effects[None]:
        """The exchange was asked about a SELL that is being cancelled."""
        if message.reports:
            yield from self.take(message.reports[0], (), now)
        undecided = self._cancels.still_stands(tag.client_id, now)
        if undecided is not None:
            yield from self._selling.follow(undecided, now)
