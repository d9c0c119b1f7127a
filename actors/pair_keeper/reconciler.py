"""Comparing the book with the exchange: at the start, after each subscription, on suspicion, and every few minutes."""

from collections.abc import Callable, Iterable
from typing import Any

from actors.pair_keeper.effects import (
    Effects,
    Log,
    Moment,
    Peer,
    Raise,
    Reply,
    ReportSoon,
    Send,
    Wake,
    info,
    warning,
)
from actors.pair_keeper.failed_questions import retry_after_s
from actors.pair_keeper.requests import Requests, exchange_question
from actors.pair_keeper.state import KeeperState, RateSource, Trouble, TroubleKind
from actors.pair_keeper.tags import BeginReconciliation, PassTag
from actors.pair_keeper.trust import TradingPermission
from lotkeeper.trading.log_events import LogEvent
from lotkeeper.trading.orders.states import ImpossibleError
from lotkeeper.trading.recovery.allocations import look_back_to
from lotkeeper.trading.recovery.overlap import Overlap
from lotkeeper.trading.recovery.questions import Question, TradesOfOrder
from lotkeeper.trading.recovery.reconcile import NO_TRADE, Reconciliation
from lotkeeper.trading.recovery.unreadable import UnreadableTrades
from messages.queries import FetchFailed, OrdersFetched, TradesFetched

_COUNTED_RETRY_S = 1.0
_CONTRADICTED_RETRY_S = 5.0
_LISTS_AGAIN_S = 3.0  # the exchange has not shown yet that the BUY of an order list has ended
_LACKING_RETRY_S = 10.0  # an order has sold more than its trades say, which come from a database that is behind

Conclude = Callable[[Reconciliation, Moment], Effects[None]]


class Reconciler:
    """One pass at a time; live events go on meanwhile, and the book takes everything twice."""

    def __init__(
        self,
        state: KeeperState,
        requests: Requests,
        permission: TradingPermission,
        *,
        conclude: Conclude,
        keep_found: Conclude,
        ask_listing: Callable[[Moment], Effects[None]],
    ) -> None:
        self._state, self._requests, self._permission = state, requests, permission
        self._conclude = conclude  # what is done with a complete pass
        self._ask_listing = ask_listing  # whether the exchange still lists the pair
        self._keep_found = keep_found  # what is done with one that is given up: the book has what it has found
        self._pass: Reconciliation | None = None
        self._is_wanted = False  # another pass after the one under way
        self._number = 0
        self._begun_s = float("-inf")  # monotonic: when the newest pass began
        self._overlap = Overlap()
        self.unreadable = UnreadableTrades()
        self._adopts_since_ms: int | None = None  # as a person asked, until a pass has done it
        self._looks_for_allocations = False  # the next pass asks what smart order routing bought
        self._answers: list[Reply] = []  # those to give when the pass under way is complete
        self._later_answers: list[Reply] = []  # those that wait for a pass that begins after them
        # Answers of the exchange that wait for the commission.
        self._waiting: list[tuple[PassTag, TradesFetched | OrdersFetched]] = []

    @property
    def is_under_way(self) -> bool:
        return self._pass is not None

    @property
    def begun_s(self) -> float:
        """When the newest pass began, by the monotonic clock."""
        return self._begun_s

    @property
    def has_waiting_answers(self) -> bool:
        """Whether a command is answered only when a pass is complete."""
        return bool(self._answers or self._later_answers)

    @property
    def waits_for_commission(self) -> bool:
        return bool(self._waiting)

    # Beginning

    def begin(self, now: Moment) -> Effects[None]:
        """Begins a pass. While one is under way, another follows it."""
        if not self._state.has_book:
            return
        if self._pass is not None:
            self._is_wanted = True
            return
        self._is_wanted = False
        self._number += 1  # whatever was to begin one later is done by this one
        self._begun_s = now.monotonic_s
        self._answers, self._later_answers = [*self._answers, *self._later_answers], []
        is_first = self._state.cursor is None
        since_ms = self._state.start.pair.adoption.since_ms if is_first else self._adopts_since_ms
        is_settled = self._permission.are_earlier_orders_settled(now)
        self._pass = Reconciliation(
            self._state.book,
            self._starting_cursor(now),
            now.wall_ms,
            overlap=self._overlap,
            unreadable=self.unreadable,
            since_ms=since_ms,
            is_settled=is_settled,
            is_sparing=self._state.start.pace.is_sparing,
            exchange_ahead_ms=self._state.exchange_ahead_ms,
            allocations_since_ms=self._pop_allocations_since(now),
        )
        yield from self._ask(self._pass, self._pass.begin(), now)

    def _pop_allocations_since(self, now: Moment) -> int | None:
        is_wanted, self._looks_for_allocations = self._looks_for_allocations, False
        exchange_ms = now.wall_ms + self._state.exchange_ahead_ms
        return look_back_to(self._state.book.history.from_ms, exchange_ms) if is_wanted else None

    def look_for_allocations(self, now: Moment) -> Effects[None]:
        """Coins came that no trade explains: compares all, with what smart order routing bought."""
        self._looks_for_allocations = True
        yield from self.begin(now)

    def _starting_cursor(self, now: Moment) -> int | None:
        """Where a sparing pass saw no trade, it looked for no lost database either: the next is a first pass again."""
        cursor, lots = self._state.cursor, self._state.book.lots
        is_untouched = cursor == NO_TRADE and not lots and not lots.archived
        if cursor is None or (is_untouched and self._state.start.pace.is_sparing):
            return None
        return self._overlap.begin_at(cursor, now.monotonic_s)

    def begin_because(self, reason: str, now: Moment) -> Effects[None]:
        """News contradicts the book: says why, and begins."""
        yield warning(f"{self._state.symbol}: {reason}; all is compared", LogEvent.BOOK_COMPARED)
        yield from self.begin(now)

    def on_begin_due(self, wakeup: BeginReconciliation, now: Moment) -> Effects[None]:
        if wakeup.number == self._number:
            yield from self.begin(now)

    def begin_later(self, after_s: float) -> Wake:
        """The wake-up that begins the next pass, unless another has begun before."""
        return Wake(after_s, BeginReconciliation(self._number))

    def answer_after_pass(self, asker: Any, answer: Any, now: Moment) -> Effects[None]:
        """After one that begins from now on: the one under way may have asked too early."""
        self._later_answers.append(Reply(asker, answer))
        yield from self.begin(now)

    def include_since(self, since_ms: int) -> None:
        """The next pass also makes lots of the BUYs since that moment."""
        self._adopts_since_ms = since_ms

    # Answers of the exchange

    def on_trades(self, tag: PassTag, message: TradesFetched, now: Moment) -> Effects[None]:
        if self._lacks_rate and isinstance(tag.question, TradesOfOrder):
            self._waiting.append((tag, message))
            return
        answer = tag.question, message.fills, message.unreadable
        yield from self._take(tag, lambda: tag.current.apply_trades(*answer), now)
        for row in self.unreadable.take_new():
            what = f"trade {row.trade_id} of order {row.order_id} cannot be read and is passed over: {row.problem}"
            yield warning(f"{self._state.symbol}: {what}", LogEvent.BOOK_DIFFERED)

    def on_orders(self, tag: PassTag, message: OrdersFetched, now: Moment) -> Effects[None]:
        if self._lacks_rate and any(self._state.book.sells.name_of(each) for each in message.reports):
            self._waiting.append((tag, message))
            return
        yield from self._take(tag, lambda: tag.current.apply_orders(tag.question, message.reports), now)

    @property
    def _lacks_rate(self) -> bool:
        """A SELL that only the exchange knows gets its share of its lot's cost by the commission."""
        return self._state.rate_source is RateSource.USUAL

    def take_waiting(self, now: Moment) -> Effects[None]:
        """The commission may be known now: takes the answers that waited for it."""
        waiting, self._waiting = self._waiting, []
        for tag, message in waiting:
            if isinstance(message, TradesFetched):
                yield from self.on_trades(tag, message, now)
            else:
                yield from self.on_orders(tag, message, now)

    def on_failure(self, tag: PassTag, message: FetchFailed, now: Moment) -> Effects[None]:
        if tag.current is self._pass:
            retry_s = self._retry_s(retry_after_s(message))
            yield from self._abandon(tag.current, message.reason, retry_s, now)
        if message.is_unlisted and self._state.is_listed:
            yield from self._ask_listing(now)

    def _take(self, tag: PassTag, step: Callable[[], tuple[Question, ...]], now: Moment) -> Effects[None]:
        """Takes an answer to the pass under way; one to an abandoned pass changes nothing."""
        current = self._pass
        if current is None or tag.current is not current:
            return
        try:
            questions = step()
        except ImpossibleError as error:
            yield from self._abandon(current, str(error), _CONTRADICTED_RETRY_S, now, is_contradiction=True)
            return
        except Exception as error:  # a fault of ours: a pass of which an answer was not taken proves nothing
            reason = f"an answer could not be taken ({type(error).__name__}, see the log)"
            yield from self._abandon(current, reason, _CONTRADICTED_RETRY_S, now, is_contradiction=True)
            yield Raise(error)
            return
        yield from self._ask(current, questions, now)
        if current.is_done:
            yield from self._complete(current, now)

    def _ask(self, current: Reconciliation, questions: Iterable[Question], now: Moment) -> Effects[None]:
        for question in questions:
            build = exchange_question(self._state.symbol, question)
            yield Send(Peer.GATEWAY, self._requests.ask(build, PassTag(current, question), now.monotonic_s))

    def _complete(self, done: Reconciliation, now: Moment) -> Effects[None]:
        answers, self._answers = self._answers, []
        self._pass = None
        if done.since_ms == self._adopts_since_ms:
            self._adopts_since_ms = None
        yield from self._conclude(done, now)
        yield from answers

    def account_for(self, done: Reconciliation, now: Moment, *, is_doubtful: bool = False) -> Effects[int | None]:
        """All trades up to the pass are accounted for; the cursor to record.

        `is_doubtful`: coins came that no trade explains, so that its answers may have lacked trades.
        """
        before = self._state.cursor
        newest = done.cursor if before is None or done.cursor is None else max(before, done.cursor)
        cursor = None if newest is None else self._state.book.safe_cursor(newest)
        if before is None:
            yield self._first_start_line(done)
        self._state.cursor, self._state.complete_as_of_ms = cursor, done.started_ms
        self._state.book.set_cursor(cursor)
        start, is_doubtful = done.cursor_at_start, is_doubtful or done.has_missed
        self._overlap.conclude(start, before, done.read_ids, now.monotonic_s, is_doubtful=is_doubtful)
        return None if cursor is None else self.unreadable.safe_cursor(self._overlap.safe_cursor(cursor))

    def _first_start_line(self, done: Reconciliation) -> Log:
        """The database is empty: a first start, or it was lost. What the exchange still shows is all there is."""
        self._state.known_since_ms = done.started_ms
        self._state.history_shown_ms = self._state.history_shown_ms or done.started_ms
        rebuilt = sum(1 for _ in self._state.book.lots.open())
        facts = {"symbol": self._state.symbol, "trade": done.cursor, "lots_rebuilt": rebuilt}
        return info(
            "history before this start is not known: lots and profit count from here on",
            LogEvent.HISTORY_BEGINS,
            **facts,
        )

    def follow_up(self, now: Moment) -> Effects[None]:
        """The next pass: where one is wanted, where the exchange did not know all SELLs, where lots are unproven."""
        if self._is_wanted:
            yield from self.begin(now)
        elif (after_s := self._permission.reconcile_after_s) is not None:
            yield self.begin_later(after_s)
        elif self._state.book.lots.lack_fills(self.unreadable.orders):
            yield self.begin_later(_LACKING_RETRY_S)
        elif self._state.book.unproven_lots():
            yield self.begin_later(self._permission.earlier_orders_settle_in_s(now))
        elif self._state.book.order_lists.lots_without_sells() or self._state.book.paid_sells.unknown_purchases:
            yield self.begin_later(_LISTS_AGAIN_S)

    # Giving up

    def _retry_s(self, retry_s: float) -> float:
        """A request that may have been counted is not repeated faster than all pairs together may ask."""
        return max(retry_s, self._state.start.poll_every_s / 2) if retry_s >= _COUNTED_RETRY_S else retry_s

    def _abandon(
        self, current: Reconciliation, detail: str, retry_s: float, now: Moment, *, is_contradiction: bool = False
    ) -> Effects[None]:
        """What the pass has found is kept: the next one finds it known, and moves the cursor beyond it."""
        self._pass = None
        trouble = Trouble(TroubleKind.RECONCILIATION_FAILED, detail)
        yield from self._permission.on_reconciliation_failed(trouble.sentence(), now, is_contradiction=is_contradiction)
        self._requests.drop(lambda tag: isinstance(tag, PassTag))
        self._waiting.clear()
        if trouble != self._state.trouble:  # logged once, and tried several times a second while nobody is reached
            yield warning(
                f"{self._state.symbol}: {trouble.sentence()}; again in {retry_s:.2f} s", LogEvent.COMPARISON_FAILED
            )
        self._state.trouble = trouble
        yield self.begin_later(retry_s)
        yield from self._keep_found(current, now)
        yield ReportSoon()
