"""A person settles a SELL that is unresolved; a time-out never does."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from actors.pair_keeper.effects import Effects, Moment, NoteDecision, Peer, Reply, Send, as_decision, lot_event
from actors.pair_keeper.reconciler import Reconciler
from actors.pair_keeper.requests import Requests, exchange_question
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.tags import VerdictTag
from actors.pair_keeper.unresolved_sells import UnresolvedSells
from lotkeeper.trading.journal import Cause, DecisionKind
from lotkeeper.trading.money import plain
from lotkeeper.trading.orders.client_ids import sell_name
from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import OrderReport, SellOrder
from lotkeeper.trading.orders.states import OrderEvent
from lotkeeper.trading.recovery.questions import OrderById
from lotkeeper.trading.shown import changed_text, has_changed
from messages.control import CommandDone, CommandRefused
from messages.pair_commands import ResolveOrder
from messages.queries import FetchFailed, OrdersFetched

_BY_HAND = "settled by hand: it never arrived"

Take = Callable[[OrderReport, Sequence[Fill], Moment], Effects[None]]
Apply = Callable[[str, OrderEvent, Moment, str], Effects[None]]


class ManualVerdicts:
    """What a person says is checked against the exchange where it can be, and refused where it would be a guess."""

    def __init__(
        self,
        state: KeeperState,
        requests: Requests,
        *,
        unresolved: UnresolvedSells,
        reconciler: Reconciler,
        take: Take,
        apply: Apply,
    ) -> None:
        self._state, self._requests = state, requests
        self._unresolved, self._reconciler = unresolved, reconciler
        self._take, self._apply = take, apply  # of OrderOutcomes
        self._asked: dict[VerdictTag, tuple[Any, ResolveOrder]] = {}  # who is to be answered, and what was said

    def resolve(self, message: ResolveOrder, asker: Any, now: Moment) -> Effects[None]:
        order = self._unresolved.find(message.client_id)
        if order is None:
            text = f"SELL {message.client_id} of {self._state.symbol} is not in doubt"
            yield Reply(asker, CommandRefused(text))
        elif message.found_order_id is None:
            yield from self._never_arrived(order, message, asker, now)
        else:
            yield from self._check(order, message, asker, now)

    def _never_arrived(self, order: SellOrder, message: ResolveOrder, asker: Any, now: Moment) -> Effects[None]:
        settles_ms = self._unresolved.settles_ms(order)
        if now.wall_ms <= settles_ms:
            until = datetime.fromtimestamp(settles_ms / 1000, UTC)
            text = f"SELL {order.client_id} may still arrive until {until:%H:%M:%S} UTC; say so after that"
            yield Reply(asker, CommandRefused(text))
            return
        if not message.is_dry_run:
            yield from self._apply(order.client_id, OrderEvent.NEVER_ARRIVED, now, _BY_HAND)
            yield self._verdict(order, "never arrived", message)
        yield Reply(asker, CommandDone(f"SELL {order.client_id} never arrived: its coins are free to be sold again"))

    def _check(self, order: SellOrder, message: ResolveOrder, asker: Any, now: Moment) -> Effects[None]:
        order_id = message.found_order_id
        assert order_id is not None
        tag = VerdictTag(order.client_id, order_id)
        self._asked[tag] = asker, message
        if not self._requests.is_pending(tag):
            build = exchange_question(self._state.symbol, OrderById(order_id))
            yield Send(Peer.GATEWAY, self._requests.ask(build, tag, now.monotonic_s))

    def on_order(self, tag: VerdictTag, message: OrdersFetched, now: Moment) -> Effects[None]:
        if tag not in self._asked:
            return
        asker, asked = self._asked.pop(tag)
        order = self._unresolved.find(tag.client_id)
        report = message.reports[0] if message.reports else None
        obstacle = self._mismatch(order, report, tag)
        if obstacle or order is None or report is None:
            yield Reply(asker, CommandRefused(obstacle))
            return
        sold = f"{plain(report.executed)} of {plain(report.quantity)} sold"
        text = f"SELL {order.client_id} is order {report.order_id}: {report.status}, {sold}"
        if has_changed(asked.shown, text):
            yield Reply(asker, CommandRefused(changed_text(text)))
            return
        if not asked.is_dry_run:
            self._state.book.lots.set_order_id(order.name, report.order_id)
            yield from self._take(report, (), now)
            yield self._verdict(order, f"found as {report.order_id}", asked)
            yield from self._reconciler.begin(now)  # for its trades
        yield Reply(asker, CommandDone(text))

    def on_failure(self, tag: VerdictTag, message: FetchFailed, now: Moment) -> Effects[None]:
        if tag in self._asked:
            asker, _ = self._asked.pop(tag)
            yield Reply(asker, CommandRefused(f"the exchange could not be asked: {message.reason}"))

    def _mismatch(self, order: SellOrder | None, report: OrderReport | None, tag: VerdictTag) -> str:
        """Why the order cannot be the SELL; empty where it can."""
        if order is None:
            return f"SELL {tag.client_id} is settled already"
        if report is None:
            return f"the exchange knows no order {tag.order_id} of {self._state.symbol}"
        named = sell_name(report.client_id)
        is_another = (named or order.name) != order.name or report.order_id in self._state.book.lots.index.lot_of_order
        is_like = (
            report.side is Side.SELL and report.price == order.price and report.effective_quantity <= order.quantity
        )
        if is_like and not is_another:
            return ""
        theirs = f"a {report.side} of {plain(report.quantity)} at {plain(report.price)} called {report.client_id}"
        ours = f"of {plain(order.quantity)} at {plain(order.price)}"
        return f"order {report.order_id} is {theirs}; SELL {order.client_id} is {ours}"

    def _verdict(self, order: SellOrder, verdict: str, said: ResolveOrder) -> NoteDecision:
        symbol, number = self._state.symbol, order.name.buy_order_id
        facts = {"order": order.client_id, "verdict": verdict, "who": said.who, "why": said.why}
        line = lot_event("order settled by hand", symbol, number, **facts)
        return as_decision(line, DecisionKind.ORDER_SETTLED, Cause.OPERATOR, number)
