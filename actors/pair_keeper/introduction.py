"""Meeting a Gateway: the keeper learns what of its pair is in flight and what never left, before it sends a SELL there.

Where the Gateway is new, this settles what the old one had in hand. Where the keeper is new, it settles what earlier
keepers of the pair had sent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from actors.pair_keeper.cancels import Cancels
from actors.pair_keeper.effects import Effects, Moment, Peer, Send, Wake, warning
from actors.pair_keeper.order_outcomes import OrderOutcomes
from actors.pair_keeper.requests import Requests, exchange_question
from actors.pair_keeper.sell_execution import SellExecution
from actors.pair_keeper.sell_resolution import SellResolution
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.tags import EarlierSellsTag, EarlierSellTag
from actors.pair_keeper.trust import TradingPermission
from actors.pair_keeper.unresolved_sells import UnresolvedSells
from lotkeeper.trading.log_events import LogEvent
from lotkeeper.trading.orders.order import sold_nothing
from lotkeeper.trading.recovery.in_flight import ask_again_after_s
from lotkeeper.trading.recovery.questions import OpenOrders, OrderByClientId
from messages.orders import IntroduceKeeper, KeeperIntroduced
from messages.queries import FetchFailed, OrdersFetched

_MARGIN_S = 0.01  # more than a clock may lose in a wake-up
_AGAIN_S = 2.0  # the Gateway answers when it can send orders; a repeated introduction replaces the earlier one


class Introduction:
    """One at a time: the answer to an older introduction changes nothing."""

    def __init__(
        self,
        state: KeeperState,
        requests: Requests,
        *,
        permission: TradingPermission,
        unresolved: UnresolvedSells,
        cancels: Cancels,
        outcomes: OrderOutcomes,
        resolution: SellResolution,
        selling: SellExecution,
    ) -> None:
        self._state, self._requests, self._permission = state, requests, permission
        self._unresolved, self._cancels = unresolved, cancels
        self._outcomes, self._resolution, self._selling = outcomes, resolution, selling
        self._number = 0
        self._gateway = 0  # the one that answered last
        self._begun_s = float("-inf")  # monotonic
        self._has_told_loaded = False  # whether the SELLs in the database were looked through

    def begin(self, now: Moment) -> Effects[None]:
        """There is a Gateway that does not know this keeper."""
        yield from self._introduce(now)
        if self._state.has_book:
            self._unresolved.on_gateway_ended(now)
            self._cancels.on_gateway_ended(now)
            yield from self._cancels.doubt_unanswered(0, now)

    def introduce_loaded(self, message: object, now: Moment) -> Effects[None]:
        """The book may just have been opened: a SELL in it that an earlier keeper sent may never have left.

        The Gateway that was told before knows, and is asked by another introduction.
        """
        if self._has_told_loaded or not self._state.has_book:
            return
        self._has_told_loaded = True
        self._unresolved.note_loaded(now)
        if self._unresolved.unanswered():
            yield from self._introduce(now)

    def _introduce(self, now: Moment) -> Effects[None]:
        self._permission.on_new_gateway()
        self._number, self._begun_s = self._number + 1, now.monotonic_s
        message = IntroduceKeeper(
            self._state.symbol,
            self._state.start.incarnation,
            self._number,
            self._state.complete_as_of_ms or 0,
            self._unresolved.unanswered(),
        )
        yield Send(Peer.GATEWAY, message)

    def repeat_when_due(self, now: Moment) -> Effects[None]:
        """The answer, or the introduction, may have been lost with its receiver."""
        is_waiting = self._state.peers.gateway is not None and not self._permission.is_introduced
        if is_waiting and now.monotonic_s - self._begun_s >= _AGAIN_S:
            yield from self.begin(now)

    def on_introduced(self, message: KeeperIntroduced, now: Moment) -> Effects[None]:
        """Nothing is sent before all that was told is in the book."""
        if message.number != self._number or self._permission.is_introduced:
            return
        asked_about = self._permission.earlier if message.gateway == self._gateway else ()
        self._gateway = message.gateway
        self._permission.hold_for_earlier(message.earlier, now)
        for placed in message.placed:
            yield from self._outcomes.on_sell_placed(placed, now)
        self._permission.introduce(message.gateway, is_halted=message.is_halted)
        # Those that the Gateway before this one told of, too.
        yield from self._ask_about_all([each for each in self._permission.earlier if each not in asked_about], now)
        yield from self._settle_own(message, now)

    def _settle_own(self, message: KeeperIntroduced, now: Moment) -> Effects[None]:
        """What never left is sent at once; what left is asked about at once."""
        if not self._state.has_book:
            return
        yield from self._resolution.doubt_unanswered(0, now, message.off_the_book)
        for client_id in message.off_the_book:
            yield from self._resolution.send_unsent(client_id, now)
        yield from self._selling.follow_open(now)

    # The SELLs of earlier keepers

    def _ask_about_all(self, client_ids: Sequence[str], now: Moment) -> Effects[None]:
        """Most of several are on the book: one list shows them, and each of the others is asked about after it."""
        if client_ids:
            yield warning(
                f"{self._state.symbol}: {len(client_ids)} SELLs of an earlier keeper are asked about",
                LogEvent.EARLIER_SELLS_ASKED,
            )
        if len(client_ids) > 1:
            build = exchange_question(self._state.symbol, OpenOrders())
            tag = EarlierSellsTag(tuple(client_ids), self._gateway)
            yield Send(Peer.GATEWAY, self._requests.ask(build, tag, now.monotonic_s))
        else:
            yield from self._ask_about_each(client_ids, self._gateway, now)

    def _ask_about_each(self, client_ids: Iterable[str], gateway: int, now: Moment) -> Effects[None]:
        for client_id in client_ids:
            yield from self.ask_about(EarlierSellTag(client_id, gateway), now)

    def on_open_orders(self, tag: EarlierSellsTag, message: OrdersFetched, now: Moment) -> Effects[None]:
        standing = {report.client_id: report for report in message.reports if not report.is_final}
        for client_id in tag.client_ids:
            if client_id in standing and self._permission.waits_for(client_id):
                yield from self._outcomes.on_earlier_found(client_id, standing[client_id], now)
        yield from self._ask_about_each(tag.client_ids, tag.gateway, now)

    def on_no_open_orders(self, tag: EarlierSellsTag, message: FetchFailed, now: Moment) -> Effects[None]:
        """The list could not be had: each is asked about, which may be refused in its turn."""
        yield from self._ask_about_each(tag.client_ids, tag.gateway, now)

    def ask_about(self, topic: EarlierSellTag, now: Moment) -> Effects[None]:
        """Until it is found, or is not on the exchange at a moment when it can no longer arrive."""
        if topic.gateway == self._gateway and self._permission.waits_for(topic.client_id):
            build = exchange_question(self._state.symbol, OrderByClientId(topic.client_id))
            tag = replace(topic, asked_s=now.monotonic_s)
            yield Send(Peer.GATEWAY, self._requests.ask(build, tag, now.monotonic_s))

    def on_answer(self, tag: EarlierSellTag, message: OrdersFetched, now: Moment) -> Effects[None]:
        may_arrive = self._permission.arrives_in_s(tag.client_id, tag.asked_s) > 0
        report = message.reports[0] if message.reports else None
        if report is not None and not (may_arrive and sold_nothing(report)):
            yield from self._outcomes.on_earlier_found(tag.client_id, report, now)
        elif may_arrive:
            yield self._ask_again(tag, 0.0, now)
        elif not self._is_absent(tag, now):
            yield from self._unresolved.witness.ask(now)
            yield self._ask_again(tag, 0.0, now)
        else:
            yield from self._outcomes.end_wait_for(tag.client_id, now)

    def _is_absent(self, tag: EarlierSellTag, now: Moment) -> bool:
        """By the wall clock. Without a pair book nothing is sold yet, and it is asked again."""
        if not self._state.has_book or not self._permission.waits_for(tag.client_id):
            return self._state.has_book
        arrives_by_ms = now.wall_ms + round(self._permission.arrives_in_s(tag.client_id, now.monotonic_s) * 1000)
        asked_ms = now.wall_ms - round((now.monotonic_s - tag.asked_s) * 1000)
        return self._unresolved.witness.is_absent(tag.client_id, arrives_by_ms, asked_ms)

    def on_failure(self, tag: EarlierSellTag, message: FetchFailed, now: Moment) -> Effects[None]:
        yield self._ask_again(tag, message.retry_s, now)

    def _ask_again(self, tag: EarlierSellTag, retry_s: float, now: Moment) -> Wake:
        """Soon; and at once when the SELL can no longer arrive, because the whole pair waits for that answer."""
        left_s = self._permission.arrives_in_s(tag.client_id, now.monotonic_s)
        after_s = ask_again_after_s(tag.asked)
        if left_s > 0:
            after_s = min(after_s, left_s + _MARGIN_S)
        return Wake(max(retry_s, after_s), tag.next())
