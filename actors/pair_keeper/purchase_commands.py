"""A person buys: the purchase is planned, recorded, and its BUY sent once. What it buys becomes a lot like any BUY."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from actors.pair_keeper.effects import Effects, Moment, Peer, Reply, Send, as_decision, info
from actors.pair_keeper.price_bands import PriceBands
from actors.pair_keeper.purchase_document import found_document, planned_document
from actors.pair_keeper.requests import Requests, exchange_question
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.tags import AskTag, PurchaseBandTag, PurchaseTag, RefusedPriceTag
from actors.pair_keeper.trust import TradingPermission
from lotkeeper.trading.buying.planned_purchase import BuyMarket, PlannedPurchase, plan_purchase
from lotkeeper.trading.buying.purchase import AskedPurchase
from lotkeeper.trading.filters.base import OrderCounts
from lotkeeper.trading.journal import Cause, DecisionKind
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.recovery.absence import LONGEST_LAG_MS, Absence
from lotkeeper.trading.recovery.in_flight import alive_until
from lotkeeper.trading.recovery.questions import OrderByClientId
from lotkeeper.trading.recovery.trust import MARGIN_MS
from lotkeeper.trading.replacing import replace
from messages.control import CommandRefused
from messages.orders import MAX_SEND_DELAY_MS
from messages.pair_commands import BuyCoins, PurchaseAnswered
from messages.purchases import (
    BuyOutcomeUnknown,
    BuyPlaced,
    BuyRefused,
    PlaceBuyOrder,
    PurchaseRecorded,
    RecordPurchase,
)
from messages.queries import FetchFailed, FetchTop, OrdersFetched, ReferenceFetched, TopFetched

_TAKES_S = 30.0  # a command whose questions have had no answer for so long has ended without one


@dataclass(slots=True)
class _Course:
    """One command on its way: planned by the ask, then recorded, then looked for on the exchange, then sent."""

    message: BuyCoins
    asker: Any
    begun_s: float  # monotonic
    ask: Decimal | None = None
    planned: PlannedPurchase | None = None
    recorded: PurchaseRecorded | None = None
    asked_s: float = float("-inf")  # monotonic: when the exchange was asked for its BUY


class PurchaseCommands:
    """A BUY is sent only after the exchange has said that it has none of this name, and never twice by itself."""

    def __init__(
        self, state: KeeperState, requests: Requests, permission: TradingPermission, bands: PriceBands
    ) -> None:
        self._state, self._requests, self._permission, self._bands = state, requests, permission, bands
        self._number = 0
        self._courses: dict[int, _Course] = {}  # by number
        self._sent: dict[str, _Course] = {}  # by client order id: BUYs without an answer
        self._sent_s: dict[str, float] = {}  # by client order id: when one was sent last (monotonic)
        self._for_band: dict[int, tuple[_Course, int]] = {}  # by number: BUYs refused for their price, with the code
        self._refused: set[str] = set()  # client order ids whose newest BUY was refused: none of them can arrive

    def buy(self, message: BuyCoins, asker: Any, now: Moment) -> Effects[None]:
        refused = self._obstacle(now) or self._same_under_way(message, now)
        if refused:
            yield Reply(asker, CommandRefused(refused))
            return
        self._number += 1
        self._courses[self._number] = _Course(message, asker, now.monotonic_s)
        symbol = self._state.symbol
        question = self._requests.ask(lambda number: FetchTop(number, symbol), AskTag(self._number), now.monotonic_s)
        yield Send(Peer.GATEWAY, question)

    def on_ask(self, tag: AskTag, message: TopFetched, now: Moment) -> Effects[None]:
        course = self._courses.get(tag.number)
        if course is None:
            return
        course.ask = message.top.ask if message.top else None
        price, is_plan = course.message.wish.price, course.message.is_dry_run
        if not (is_plan and (yield from self._bands.ask(price, PurchaseBandTag(tag.number), now))):
            yield from self._go_on(tag.number, course, now)

    def on_reference(self, tag: PurchaseBandTag, message: ReferenceFetched | FetchFailed, now: Moment) -> Effects[None]:
        self._bands.remember(message, now)
        course = self._courses.get(tag.number)
        if course is not None:
            yield from self._go_on(tag.number, course, now)

    def _go_on(self, number: int, course: _Course, now: Moment) -> Effects[None]:
        planned = self._plan(course, now)
        if isinstance(planned, str):
            yield from self._refuse(number, planned)
        elif course.message.is_dry_run:
            del self._courses[number]
            yield Reply(course.asker, PurchaseAnswered(planned_document(self._state.book, planned, "planned")))
        else:
            course.planned = planned
            yield self._record(number, course)

    def _plan(self, course: _Course, now: Moment) -> PlannedPurchase | str:
        market, policy = self._state.book.terms
        index, others = self._state.book.lots.index, self._state.book.other_orders
        nearest = index.on_book.at(0)
        paid = sum(each.name.is_paid for lot in self._state.book.lots.open() for each in lot.live_sells)
        lists = index.stops + others.list_count + paid
        counts = OrderCounts(orders=index.live_sells + len(others.ids), lists=lists)
        sell, reference = nearest[0] if nearest else None, self._bands.reference(now)
        known = BuyMarket(course.ask, reference, sell, self._state.buy_rate, counts)
        planned = plan_purchase(market, policy, course.message.wish, known)
        if isinstance(planned, str) or not planned.is_paid or self._state.book.adopts_all_buys:
            return planned
        return replace(planned, is_paid=False, no_list="BUYs on this pair become lots only when you name them")

    def _record(self, number: int, course: _Course, sent_again: str = "") -> Send:
        message = course.message
        question = RecordPurchase(self._state.symbol, number, message.wish, message.is_again, sent_again)
        return Send(Peer.LEDGER, question)

    # Recorded

    def on_recorded(self, message: PurchaseRecorded, now: Moment) -> Effects[None]:
        """The exchange is asked first, even about a new one: a lost database may have forgotten its name."""
        course = self._courses.get(message.number)
        if course is None:
            return
        if course.recorded is not None and course.recorded.purchase.client_id == message.purchase.client_id:
            yield from self._send(message.number, message.purchase, now)  # it never arrived, and is sent again
            return
        course.recorded, course.asked_s = message, now.monotonic_s
        question = OrderByClientId(message.purchase.client_id)
        build = exchange_question(self._state.symbol, question)
        yield Send(Peer.GATEWAY, self._requests.ask(build, PurchaseTag(message.number), now.monotonic_s))

    def on_order(self, tag: PurchaseTag, message: OrdersFetched, now: Moment) -> Effects[None]:
        course = self._courses.get(tag.number)
        if course is None or course.recorded is None:
            return
        purchase = course.recorded.purchase
        heard_of = self._state.book.other_orders.purchase(purchase.client_id)
        found = message.reports[0] if message.reports else heard_of  # an event may have told what no query shows yet
        if found is not None:
            yield from self._found(tag.number, purchase, found)
        elif course.recorded.is_new:
            yield from self._send(tag.number, purchase, now)
        elif purchase.client_id not in self._refused and (left_s := self._unproven_for_s(purchase, course, now)):
            text = f"the same was asked for before, and its BUY {purchase.client_id} may still arrive or be shown"
            yield from self._refuse(tag.number, f"{text} for {left_s} s: ask again after that")
        else:
            course.message = replace(course.message, wish=replace(course.message.wish, at_ms=now.wall_ms))
            yield self._record(tag.number, course, sent_again=purchase.client_id)

    def on_failure(self, tag: AskTag | PurchaseTag, message: FetchFailed, now: Moment) -> Effects[None]:
        yield from self._refuse(tag.number, f"the exchange could not be asked: {message.reason}; nothing was bought")

    def _found(self, number: int, purchase: AskedPurchase, report: OrderReport) -> Effects[None]:
        course = self._courses.pop(number)
        yield Reply(course.asker, PurchaseAnswered(found_document(self._state.book, purchase, report)))

    def _unproven_for_s(self, purchase: AskedPurchase, course: _Course, now: Moment) -> int:
        """For how many seconds more the exchange's answer that it has no such BUY proves nothing; 0 if it does."""
        arrives_by_ms = alive_until(purchase.sent_ms + MAX_SEND_DELAY_MS, self._state.start.recv_window_ms)
        asked_ms = now.wall_ms - round((now.monotonic_s - course.asked_s) * 1000)
        if Absence(purchase.client_id, arrives_by_ms, asked_ms).is_proven:
            return 0
        return (arrives_by_ms + LONGEST_LAG_MS + MARGIN_MS - asked_ms) // 1000 + 1

    # Sent

    def _send(self, number: int, purchase: AskedPurchase, now: Moment) -> Effects[None]:
        """Not where the same command, given twice, has sent it since the exchange was asked for it."""
        course = self._courses[number]
        if self._sent_s.get(purchase.client_id, float("-inf")) >= course.asked_s:
            yield from self._refuse(number, f"the same is being bought as {purchase.client_id}: ask again in a moment")
            return
        del self._courses[number]
        planned = course.planned
        assert planned is not None
        self._sent[purchase.client_id], self._sent_s[purchase.client_id] = course, now.monotonic_s
        self._refused.discard(purchase.client_id)
        order = PlaceBuyOrder(
            symbol=self._state.symbol,
            incarnation=self._state.start.incarnation,
            client_id=purchase.client_id,
            price=planned.price,
            quantity=planned.quantity,
            amount=planned.amount,
            sent_ms=now.wall_ms,
            sell_price=planned.sell_price if planned.is_paid else None,
        )
        yield Send(Peer.GATEWAY, order)
        facts = {"order": purchase.client_id, "request": purchase.request, "who": purchase.who, "why": purchase.why}
        line = info("BUY sent", symbol=self._state.symbol, **facts)
        yield as_decision(line, DecisionKind.BUY_SENT, Cause.OPERATOR)

    def on_placed(self, message: BuyPlaced, now: Moment) -> Effects[None]:
        course = self._sent.pop(message.client_id, None)
        if course is not None and course.planned is not None:
            document = planned_document(self._state.book, course.planned, "bought", message.report)
            yield Reply(course.asker, PurchaseAnswered(document))

    def on_refused(self, message: BuyRefused, now: Moment) -> Effects[None]:
        """An answer like any other: the same command may send it again at once."""
        course = self._sent.pop(message.client_id, None)
        if course is not None:
            self._refused.add(message.client_id)
            self._sent_s.pop(message.client_id, None)
            yield from self._say_refused(course, message, now)

    def _say_refused(self, course: _Course, message: BuyRefused, now: Moment) -> Effects[None]:
        """Of a price that is too far the band is told: it is asked for first."""
        planned = course.planned
        if message.kind is not RefusalKind.PERCENT_PRICE or planned is None or planned.price is None:
            yield Reply(course.asker, CommandRefused(f"nothing was bought: {message.text}"))
            return
        self._number += 1
        self._for_band[self._number] = (course, message.code)
        tag = RefusedPriceTag(self._number)
        if not (yield from self._bands.ask(planned.price, tag, now)):
            yield from self._say_price_refused(tag, now)

    def on_refused_price(
        self, tag: RefusedPriceTag, message: ReferenceFetched | FetchFailed, now: Moment
    ) -> Effects[None]:
        self._bands.remember(message, now)
        yield from self._say_price_refused(tag, now)

    def _say_price_refused(self, tag: RefusedPriceTag, now: Moment) -> Effects[None]:
        course, code = self._for_band.pop(tag.number)
        planned = course.planned
        assert planned is not None
        prices = [(Side.BUY, planned.price), (Side.SELL, planned.sell_price if planned.is_paid else None)]
        known = [(side, price) for side, price in prices if price is not None]
        text = self._bands.why_refused(known, code, now)
        yield Reply(course.asker, CommandRefused(f"nothing was bought: {text}"))

    def on_outcome_unknown(self, message: BuyOutcomeUnknown, now: Moment) -> Effects[None]:
        course = self._sent.pop(message.client_id, None)
        if course is not None:
            text = f"it is not known whether BUY {message.client_id} reached the exchange: {message.reason}"
            yield Reply(course.asker, CommandRefused(f"{text}; the same command again finds it"))

    # Why not

    def _same_under_way(self, message: BuyCoins, now: Moment) -> str:
        """Of two commands the later one may be recorded first, and `--again` would then buy once more."""
        self._courses = {key: each for key, each in self._courses.items() if now.monotonic_s - each.begun_s < _TAKES_S}
        others = (each.message for each in self._courses.values() if not each.message.is_dry_run)
        is_same = not message.is_dry_run and any(each.wish.request == message.wish.request for each in others)
        return "the same is being asked for at this moment: ask again in a moment" if is_same else ""

    def _obstacle(self, now: Moment) -> str:
        state = self._state
        if not state.is_trading:
            return f"{state.symbol} is still {state.phase}: {state.trouble_sentence() or 'its start'}"
        obstacle = self._permission.obstacle(now)
        if obstacle is not None and obstacle.is_lasting:
            return f"what is bought on {state.symbol} could not be sold now: {obstacle.text}"
        return ""

    def _refuse(self, number: int, text: str) -> Effects[None]:
        course = self._courses.pop(number, None)
        if course is not None:
            yield Reply(course.asker, CommandRefused(text))
