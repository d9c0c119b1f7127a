"""What became of the pair's orders: the event, the reply, or the answer to the question about a SELL."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from actors.pair_keeper.cancels import Cancels
from actors.pair_keeper.effects import Effects, Exit, Moment, NoteDecision, ReportSoon, error, info, lot_event, warning
from actors.pair_keeper.first_sells import FirstSells
from actors.pair_keeper.market_rules import MarketRules
from actors.pair_keeper.reconciler import Reconciler
from actors.pair_keeper.refusal_facts import RefusalFacts
from actors.pair_keeper.sell_execution import SellExecution
from actors.pair_keeper.state import KeeperState, Trouble, TroubleKind
from actors.pair_keeper.tags import AskAboutSell, CancelTag, SellTag, WitnessTag
from actors.pair_keeper.trust import TradingPermission
from actors.pair_keeper.unresolved_sells import UnresolvedSells
from lotkeeper.trading.journal import Cause, DecisionKind
from lotkeeper.trading.log_events import LogEvent
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import HoldReason
from lotkeeper.trading.money import plain
from lotkeeper.trading.orders.client_ids import sell_name
from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import OrderReport, SellOrder, sold_nothing, with_asked_id
from lotkeeper.trading.orders.refusals import OF_WHOLE_PAIR, RefusalKind
from lotkeeper.trading.orders.states import IN_FLIGHT, ON_BOOK, ImpossibleError, OrderEvent, OrderState, why_expired
from lotkeeper.trading.recovery.in_flight import (
    AbandonSell,
    AskAgain,
    SendAgain,
    ask_again_after_s,
    decide_not_found,
)
from lotkeeper.trading.selling.decisions import CancelSell
from messages.account import OrderReported
from messages.orders import (
    SellBlocked,
    SellCanceled,
    SellFenced,
    SellOutcomeUnknown,
    SellPlaced,
    SellRefused,
)
from messages.purchases import BuyPlaced
from messages.queries import BalanceFetched, OrdersFetched

_UNANSWERED = "no answer of the Gateway to it"
_NOT_FOUND = "the exchange knows no such order now (-2013)"
_LOT_IS_FINISHED = "its lot was finished before it reached the exchange"
_NO_WITNESS = f"{_NOT_FOUND}; it can no longer arrive, and nothing shows yet that the queries have caught up"
_OF_EARLIER = "an order of its name has ended, perhaps an earlier one; this one may still arrive"


_News = tuple[OrderReport, Sequence[Fill], bool]  # of an order, and whether it is certain


def _sent_again(order: SellOrder, cause: Cause) -> NoteDecision:
    facts = (("price", plain(order.price)), ("quantity", plain(order.quantity)))
    return NoteDecision(None, DecisionKind.SELL_SENT_AGAIN, cause, order.name.buy_order_id, order.client_id, facts)


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
        first_sells: FirstSells,
    ) -> None:
        self._first_sells = first_sells
        self._state, self._permission, self._facts, self._rules = state, permission, facts, rules
        self._cancels, self._unresolved = cancels, unresolved
        self._selling, self._reconciler = selling, reconciler
        # What came before the book was open; with each report whether it is certain.
        self._early: list[_News] = []
        # What became of SELLs of lots that are not in the book, by BUY order id: they are finished, or not known yet.
        self._of_unknown_lots: dict[int, list[_News]] = {}

    # Reports

    def on_order_reported(self, message: OrderReported, now: Moment) -> Effects[None]:
        yield from self._take_or_keep(message.report, (message.fill,) if message.fill else (), now)

    def take_early(self, now: Moment) -> Effects[None]:
        """The book is open: the events that came before."""
        early, self._early = self._early, []
        for report, fills, is_certain in early:
            yield from self.take(report, fills, now, is_certain=is_certain)
        yield from self._selling.follow((yield from self.apply_to_new_lots(now)), now)

    def apply_to_new_lots(self, now: Moment) -> Effects[set[int]]:
        """A lot came into the book whose SELL was heard of before; the BUY order ids of those that changed.

        To be called before anything is decided about a new lot.
        """
        changed: set[int] = set()
        if not self._of_unknown_lots or not self._state.has_book:
            return changed
        for number in self._of_unknown_lots.keys() & self._state.book.lots.keys():
            for report, fills, is_certain in self._of_unknown_lots.pop(number):
                for fill in fills:
                    self._state.book.apply_fill(fill)
                yield from self._take_report(report, now, is_certain)
            changed.add(number)
        return changed

    def on_sell_placed(self, message: SellPlaced, now: Moment) -> Effects[None]:
        """It may be the order of an earlier keeper."""
        self._first_sells.note(message, now)
        self._permission.window.on_taken()
        was_refused = self._permission.end_refusal()
        yield from self._take_sell(message.report, message.fills, now, is_certain=True)
        for other in message.others:
            yield from self._take_sell(other, (), now, is_certain=True)
        yield from self.end_wait_for(message.client_id, now)
        if was_refused:
            yield info(f"{self._state.symbol}: the exchange accepts SELLs again", LogEvent.SELLS_ACCEPTED)
            yield from self._selling.follow_open(now)

    def on_buy_placed(self, message: BuyPlaced, now: Moment) -> Effects[None]:
        """Of a BUY that a person asked for here: its fills may be known before the user stream tells of them."""
        yield from self._take_or_keep(message.report, message.fills, now)
        for sell in message.others:
            yield from self._take_or_keep(sell, (), now)

    def on_sell_canceled(self, message: SellCanceled, now: Moment) -> Effects[None]:
        for report in (message.report, *message.others):
            yield from self._take_or_keep(report, (), now)

    def on_earlier_found(self, client_id: str, report: OrderReport, now: Moment) -> Effects[None]:
        """The exchange was asked about the SELL of an earlier keeper, and has it."""
        yield from self._take_sell(with_asked_id(report, client_id), (), now)
        yield from self.end_wait_for(client_id, now)

    def _take_sell(
        self, report: OrderReport, fills: Sequence[Fill], now: Moment, *, is_certain: bool = False
    ) -> Effects[None]:
        """Of a finished lot it would bring back what is over: a SELL waits until its lot is in the book."""
        name, has_book = sell_name(report.client_id), self._state.has_book
        if name is None or (has_book and self._state.book.knows_lot(name.buy_order_id)):
            yield from self._take_or_keep(report, fills, now, is_certain=is_certain)
        else:
            self._of_unknown_lots.setdefault(name.buy_order_id, []).append((report, fills, is_certain))

    def _take_or_keep(
        self, report: OrderReport, fills: Sequence[Fill], now: Moment, *, is_certain: bool = False
    ) -> Effects[None]:
        if self._state.has_book:
            yield from self.take(report, fills, now, is_certain=is_certain)
        else:
            self._early.append((report, fills, is_certain))

    def end_wait_for(self, client_id: str, now: Moment) -> Effects[None]:
        """What became of the SELL of an earlier keeper is known; where it was the last one, SELLs are sent again."""
        if self._permission.settle_earlier(client_id):
            yield from self._selling.follow_open(now)

    def take(
        self, report: OrderReport, fills: Sequence[Fill], now: Moment, *, is_certain: bool = False
    ) -> Effects[None]:
        """Takes what the exchange reports of an order, and its fills; `is_certain` as for `PairBook.apply_report`."""
        yield from self._suspect(report, fills, now)
        yield from self.cancel_late_sell(report, now)
        was_live = self._known_sell(report)
        # Fills first: a BUY has ended when its report says so and all its fills are here.
        lots = [
            *(self._state.book.apply_fill(fill) for fill in fills),
            (yield from self._take_report(report, now, is_certain)),
        ]
        for sell in self._state.book.paid_sells.pop_known():
            lots.append((yield from self._take_report(sell, now, False)))
        yield from self._permission.look_for_another(now)
        yield from self._permission.confirm_duplicate(report, now)
        if fills or report.is_final:
            self._facts.forget_balance()
        has_ended_wait = self._learn_from_end(was_live, report, now)
        if fills and report.side is Side.BUY:
            self._selling.note_bought(now)
        elif report.side is Side.BUY:
            yield ReportSoon()  # of an open BUY, which changes no lot
        changed = {lot.buy_order_id for lot in lots if lot} | (yield from self.apply_to_new_lots(now))
        yield from self._selling.follow(changed, now)
        if has_ended_wait:
            yield from self._selling.follow_open(now)
        yield from self._log_fills(fills, lots)
        book = self._state.book
        if book.buys_to_rebuild or book.paid_sells.unknown_purchases or book.order_lists.lots_without_sells():
            yield from self._reconciler.begin(now)

    def _known_sell(self, report: OrderReport) -> SellOrder | None:
        name = self._state.book.sells.name_of(report) if report.side is Side.SELL else None
        return self._state.book.lots.sell(name) if name else None

    def _learn_from_end(self, before: SellOrder | None, report: OrderReport, now: Moment) -> bool:
        """A SELL may have ended unsold, one of many in a row; whether others waited, and one stands now."""
        order = self._known_sell(report)
        if order is None:
            return False
        if order.state is OrderState.EXPIRED and sold_nothing(report):
            self._unresolved.forget([order.client_id])
            if before is not None and before.is_live:
                self._selling.ended.note_ended(order, why_expired(report.status), now)
                self._selling.note_refusal(order, RefusalKind.OTHER, now)
            return False
        is_taken = order.state in ON_BOOK or order.executed > 0
        return is_taken and self._selling.note_standing(order)

    def cancel_late_sell(self, report: OrderReport, now: Moment) -> Effects[None]:
        """A SELL that reached the exchange after its lot was finished stands on the coins of other lots."""
        name = self._state.book.sells.late_name_of(report)
        if name is not None and not report.is_final and self._permission.obstacle(now) is None:
            yield from self._cancels.send_unbooked(
                CancelSell(name, report.order_id, _LOT_IS_FINISHED, Cause.LOT_FINISHED), now
            )

    def _suspect(self, report: OrderReport, fills: Sequence[Fill], now: Moment) -> Effects[None]:
        """News that contradicts the book: a reconciliation follows."""
        book = self._state.book
        name = book.sells.name_of(report) if report.side is Side.SELL else None
        lot = book.lots.get(name.buy_order_id) if name else None
        if lot is None or name is None:
            return
        known = next((order for order in lot.orders if order.name == name), None)
        told = {fill.trade_id for fill in lot.sells}
        if known is None and not name.is_paid:
            reason = f"SELL {report.client_id} is on the exchange, and nobody here placed it"
            yield from self._reconciler.begin_because(reason, now)
        elif known is None or known.is_live or report.executed <= known.executed:
            return  # the exchange placed it, or it is as the book has it
        elif any(fill.trade_id not in told for fill in fills):
            reason = f"SELL {known.client_id} was {known.state} here, and has sold more"
            yield from self._reconciler.begin_because(reason, now)

    def _take_report(self, report: OrderReport, now: Moment, is_certain: bool) -> Effects[Lot | None]:
        try:
            return self._state.book.apply_report(report, is_certain=is_certain)
        except ImpossibleError as impossible:
            yield from self._report_contradiction(f"{report.client_id}: {impossible}", now)
            return None

    def _report_contradiction(self, detail: str, now: Moment) -> Effects[None]:
        """The book or the report is wrong: it is shown, and everything is compared."""
        yield error(f"{self._state.symbol}: {detail}", LogEvent.BOOK_CONTRADICTED)
        self._state.trouble = Trouble(TroubleKind.IMPOSSIBLE, detail)
        yield from self._reconciler.begin(now)

    def _log_fills(self, fills: Sequence[Fill], lots: Sequence[Lot | None]) -> Effects[None]:
        for fill, lot in zip(fills, lots, strict=False):
            if lot is not None:
                facts = {"trade": fill.trade_id, "price": fill.price, "quantity": fill.quantity}
                event = LogEvent.BOUGHT if fill.side is Side.BUY else LogEvent.SOLD
                yield lot_event(event.lower(), self._state.symbol, lot.buy_order_id, event, **facts)

    # The Gateway's other replies

    def on_sell_refused(self, message: SellRefused, now: Moment) -> Effects[None]:
        if not self._state.has_book:  # the order of an earlier keeper
            if message.kind is not RefusalKind.DUPLICATE_ORDER:
                self._permission.settle_earlier(message.client_id)
            return
        if message.kind is RefusalKind.DUPLICATE_ORDER:
            yield from self._permission.look_at_duplicate(message.client_id, now)
            yield from self._doubt(message.client_id, f"refused: {message.text}", now)
            return
        yield from self.end_wait_for(message.client_id, now)
        if not self._is_of_last_sending(message):
            return
        if message.kind is RefusalKind.NOT_SENT or message.retry_s is not None:
            yield from self._permission.pause_sending(message.retry_s, message.text, now)
            yield from self.apply(message.client_id, OrderEvent.NOT_SENT, now, message.text)
            return
        yield warning(
            f"{self._state.symbol}: SELL {message.client_id} refused: {message.text}",
            LogEvent.SELL_REFUSED,
            order=message.client_id,
        )
        if message.kind not in OF_WHOLE_PAIR:
            self._permission.window.on_taken()
        elif (yield from self._permission.note_refused(message.kind, f"{message.text} ({message.code})", now)):
            yield from self._selling.follow_open(now)  # all lots say what they wait for
        self._note_refusal(message, now)
        yield from self.apply(message.client_id, OrderEvent.REFUSED, now, f"refused: {message.text}")
        self._unresolved.forget([message.client_id])
        yield from self._learn_from(message.kind, now)

    def _note_refusal(self, message: SellRefused, now: Moment) -> None:
        name = sell_name(message.client_id)
        order = self._state.book.lots.sell(name) if name else None
        if order is not None and order.state in IN_FLIGHT:
            self._selling.note_refusal(order, message.kind, now)

    def _is_of_last_sending(self, message: SellRefused) -> bool:
        """A refusal that comes late says nothing of a copy that was sent since."""
        name = sell_name(message.client_id)
        lot = self._state.book.lots.get(name.buy_order_id) if name else None
        sent_ms = next((order.sent_ms for order in lot.orders if order.name == name), None) if lot else None
        return not message.sent_ms or sent_ms in (None, message.sent_ms)

    def _learn_from(self, kind: RefusalKind, now: Moment) -> Effects[None]:
        """A refusal shows that we are wrong about the coins, the price, the open orders or the rules."""
        match kind:
            case RefusalKind.INSUFFICIENT_BALANCE:
                yield from self._facts.ask_balance(now)
                yield from self._reconciler.begin(now)
            case RefusalKind.MAX_NUM_ORDERS | RefusalKind.MAX_NUM_ALGO_ORDERS:
                yield from self._reconciler.begin(now)
            case RefusalKind.PERCENT_PRICE:
                yield from self._facts.ask_reference(now)
                self._rules.suspect()
            case RefusalKind.OTHER_FILTER:
                self._rules.suspect()
            case RefusalKind.PRECISION | RefusalKind.UNKNOWN_SYMBOL | RefusalKind.ILLEGAL_CHARACTERS:
                yield from self._rules.read_again(now)

    def on_sell_blocked(self, message: SellBlocked, now: Moment) -> Effects[None]:
        yield from self._permission.block_sells(message, now)
        yield from self.apply(message.client_id, OrderEvent.NOT_SENT, now, f"not sent: {message.reason}")

    def on_sell_outcome_unknown(self, message: SellOutcomeUnknown, now: Moment) -> Effects[None]:
        if not self._state.has_book:
            return  # the order of an earlier keeper, which is asked about
        yield warning(
            f"{self._state.symbol}: outcome of SELL {message.client_id} not known: {message.reason}",
            LogEvent.SELL_UNKNOWN,
            order=message.client_id,
        )
        self._unresolved.note_reply(message.client_id, now)
        yield from self._doubt(message.client_id, message.reason, now)

    def on_sell_fenced(self, message: SellFenced, now: Moment) -> Effects[None]:
        """Another keeper holds the pair: this one is a ghost and ends."""
        yield error(
            f"{self._state.symbol}: a newer keeper ({message.newest}) holds the pair; this one ends",
            LogEvent.KEEPER_FENCED,
        )
        yield Exit()

    def apply(self, client_id: str, event: OrderEvent, now: Moment, reason: str = "") -> Effects[None]:
        """An event of our own on a SELL; then its lot is decided about."""
        order = self._state.book.lots.sell_of_id(client_id)
        if order is None:
            return
        try:
            lot = self._state.book.lots.apply_order_event(order.name, event, now.wall_ms, reason)
        except ImpossibleError as impossible:
            yield from self._report_contradiction(f"{client_id}: {impossible}", now)
            return
        yield from self._selling.follow([lot.buy_order_id] if lot else [], now)

    # Unresolved SELLs

    def _doubt(self, client_id: str, why: str, now: Moment) -> Effects[None]:
        self._unresolved.note_doubt(client_id, why, now)
        yield from self.apply(client_id, OrderEvent.ANSWER_LOST, now)
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
                yield from self._doubt(order.client_id, _UNANSWERED, now)
        yield from self._cancels.doubt_unanswered(older_than_s, now)

    def on_sell_answer(self, tag: SellTag, message: OrdersFetched, now: Moment) -> Effects[None]:
        """The exchange was asked about an unresolved SELL."""
        if message.reports:
            yield from self._found(with_asked_id(message.reports[0], tag.topic.client_id), tag, now)
        elif (order := self._unresolved.find_asked(tag.topic)) is not None:
            yield from self._not_found(order, tag, now)

    def _found(self, report: OrderReport, tag: SellTag, now: Moment) -> Effects[None]:
        """An order of that name that has ended may be an earlier one, as long as this one may arrive: asked again."""
        order = self._unresolved.find_asked(tag.topic)
        is_certain = order is None or tag.asked_ms > self._unresolved.settles_ms(order)
        yield from self.take(report, (), now, is_certain=is_certain)
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
                yield from self.apply(order.client_id, OrderEvent.REFUSED, now, reason)
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

    def _send_again(self, topic: AskAboutSell, order: SellOrder, now: Moment) -> Effects[None]:
        """It never reached the exchange: the same order under the same name. Where nothing is placed it is given up."""
        obstacle = self._permission.obstacle(now)
        if obstacle is None:
            self._permission.note_sent_again(order.client_id)
            yield from self.apply(order.client_id, OrderEvent.SENT_AGAIN, now)
            yield from self._selling.send(replace(order, sent_ms=now.wall_ms), now)
            yield _sent_again(order, Cause.NEVER_ARRIVED)
        elif obstacle.is_lasting:
            yield from self.apply(order.client_id, OrderEvent.REFUSED, now, f"not on the book, and {obstacle.text}")
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
            yield from self.apply(client_id, OrderEvent.SENT_AGAIN, now)
            yield from self._selling.send(replace(order, sent_ms=now.wall_ms), now)
            yield _sent_again(order, Cause.NEVER_SENT)
        else:
            yield from self.apply(client_id, OrderEvent.NOT_SENT, now, f"never left, and {obstacle.text}")

    # Cancels

    def on_cancel_answer(self, tag: CancelTag, message: OrdersFetched, now: Moment) -> Effects[None]:
        """The exchange was asked about a SELL that is being cancelled."""
        if message.reports:
            yield from self.take(message.reports[0], (), now)
        undecided = self._cancels.still_stands(tag.client_id, now)
        if undecided is None:
            return
        if not message.reports and self._is_given_up(tag.client_id):
            yield from self.apply(tag.client_id, OrderEvent.EXPIRED, now)
        else:
            yield from self._selling.follow(undecided, now)

    def _is_given_up(self, client_id: str) -> bool:
        """Whether a person releases its lot, and the exchange has lost the SELL: no cancel could end it."""
        order = self._state.book.lots.sell_of_id(client_id)
        lot = self._state.book.lots.get(order.name.buy_order_id) if order else None
        is_released = lot is not None and lot.hold is HoldReason.RELEASING
        return is_released and self._permission.is_surely_denied(client_id)
